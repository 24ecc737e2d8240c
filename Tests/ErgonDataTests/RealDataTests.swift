import Foundation
import Testing

@testable import ErgonData

/// The folder of real data sets, if this run has one.
let realData = ProcessInfo.processInfo.environment["ERGON_DATA"] ?? ""

@Suite("Data sets as they are published", .tags(.realData), .enabled(if: !realData.isEmpty))
struct RealDataTests {
  private let store = DataStore(folder: "/nonexistent-ergon", mirror: realData)

  @Test("MNIST has its published counts, means and first digits", arguments: DataSplit.allCases)
  func mnist(split: DataSplit) throws {
    let images = try MNIST.load(from: store, split: split)
    #expect(images.count == (split == .train ? 60_000 : 10_000))
    #expect(images.height == 28 && images.width == 28 && images.channels == 1)
    #expect(
      images.labels.prefix(5).elementsEqual(split == .train ? [5, 0, 4, 1, 9] : [7, 2, 1, 0, 4]))
    let sum = images.pixels.reduce(0) { $0 + Int($1) }
    let mean = Double(sum) / Double(images.pixels.count) / 255
    #expect(abs(mean - (split == .train ? 0.1306604 : 0.1325147)) < 1e-6)
  }

  @Test("every published checksum that can be checked here holds")
  func checksums() throws {
    var checked = 0
    for file in DataCatalog.all.flatMap(\.files) {
      let state = try store.verify(file)
      if case .missing = state { continue }
      #expect(state == .ok(path: "\(realData)/\(file.path)"))
      checked += 1
    }
    #expect(checked >= 14)
  }

  @Test("the writers of MNIST's digits agree with its labels")
  func writers() throws {
    let set = DataCatalog.qmnistLabels
    let rows = try IDX.read(path: store.locate(set.files[0], of: set))
    #expect(rows.shape == [60_000, 8])
    guard case .int32(let values) = rows.elements else {
      Issue.record("QMNIST's labels are no 32-bit integers")
      return
    }
    let digits = try MNIST.load(from: store, split: .train)
    #expect(stride(from: 0, to: values.count, by: 8).map { values[$0] } == digits.labels)
    #expect(Set(stride(from: 2, to: values.count, by: 8).map { values[$0] }).count == 539)
  }

  @Test("an excerpt of Fashion-MNIST is read by the reader of the whole")
  func fashion() throws {
    let folder = realData + "/fashion-mnist/sprite900-"
    let images = try IDX.images(
      folder + "images-idx3-ubyte.gz", labels: folder + "labels-idx1-ubyte.gz",
      classNames: FashionMNIST.classNames)
    #expect(images.count == 900 && images.imageSize == 784)
    #expect((0..<10).allSatisfy { label in images.labels.count { $0 == label } == 90 })
  }

  @Test("the small tables have their published sizes")
  func tables() throws {
    let sizes = [
      (DataCatalog.iris, 150, 4, 3), (DataCatalog.wine, 178, 13, 3),
      (DataCatalog.breastCancer, 569, 30, 2),
    ]
    for (set, count, columns, classes) in sizes {
      let table = try LabelledTable.load(set, from: store)
      #expect(table.count == count && table.columns == columns && table.classNames.count == classes)
    }
    let digits = try Digits.load(from: store)
    #expect(digits.count == 1797 && digits.pixels.max() == 16)
    #expect(digits.labels.prefix(4) == [0, 1, 2, 3])
  }

  @Test("recorded motions have their published shapes")
  func motions() throws {
    let basic = try TimeSeriesSet(path: realData + "/motion/BasicMotions_TRAIN.ts")
    #expect(basic.shape == [40, 100, 6] && basic.classNames.count == 4)
    let path = realData + "/motion/PickupGestureWiimoteZ_TRAIN.ts"
    #expect(throws: DataError.self) { try TimeSeriesSet(path: path) }
    let pickup = try TimeSeriesSet(path: path, unequal: .padded(with: 0))
    #expect(pickup.count == 50 && pickup.dimensions == 1 && pickup.classNames.count == 10)
  }

  @Test("an excerpt of CIFAR-10 is read by the reader of the whole")
  func cifar() throws {
    let images = try CIFARBinary.read(path: realData + "/cifar10/data_batch_1_first4000.bin")
    #expect(images.count == 4000 && images.channels == 3)
    // The first training image is a frog, the next two are trucks.
    #expect(
      images.labels.prefix(3).map { images.classNames[Int($0)] } == ["frog", "truck", "truck"])
    #expect(images[0].prefix(3) == [59, 62, 63])
  }

  @Test("Omniglot's archives hold 292 characters by 20 drawers")
  func omniglot() throws {
    let sets = [DataCatalog.omniglotSmall1, DataCatalog.omniglotSmall2]
    var drawings = 0
    for set in sets {
      let archive = try ZipArchive(path: store.locate(set.files[0], of: set))
      let images = archive.entries.filter { $0.name.hasSuffix(".png") }
      #expect(try archive.bytes(of: #require(images.last)).starts(with: [0x89, 0x50, 0x4E, 0x47]))
      drawings += images.count
    }
    #expect(drawings == 5840)
  }
}
