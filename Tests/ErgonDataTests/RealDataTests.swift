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
}
