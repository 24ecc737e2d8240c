import Foundation
import Testing
import _ErgonTestSupport

@testable import ErgonData

@Suite("Readers under mutated input")
struct FuzzTests {
  /// Inputs for each reader; the long run is for a release build.
  static let count = ProcessInfo.processInfo.environment["ERGON_SLOW_TESTS"] == nil ? 3000 : 120_000

  /// Good files, and a reader that either takes one or throws.
  struct Reader: Sendable, CustomTestStringConvertible {
    let name: String
    let seeds: [[UInt8]]
    let read: @Sendable ([UInt8]) throws -> Void
    var testDescription: String { name }
  }

  static let readers: [Reader] = [
    Reader(name: "IDX", seeds: IDXTests.accepted.map(\.bytes)) {
      _ = try IDX.read(bytes: $0, limit: 1 << 16)
    },
    Reader(name: "gzip", seeds: [GzipTests.hello, GzipTests.hello + GzipTests.hello]) {
      _ = try Gzip.inflate($0, limit: 1 << 16)
    },
    Reader(name: "packed IDX", seeds: IDXTests.accepted.map { Gzipped.make($0.bytes) }) {
      _ = try IDX.read(bytes: $0, limit: 1 << 16)
    },
    Reader(name: "CIFAR", seeds: [CIFARTests.records(1), CIFARTests.records(1, labelBytes: 2)]) {
      _ = try CIFARBinary.read(bytes: $0, kind: $0.count % 3074 == 0 ? .hundredFine : .ten)
    },
    Reader(name: "time series", seeds: TimeSeriesTests.accepted.map { Array($0.utf8) }) {
      _ = try TimeSeriesSet(bytes: $0, unequal: .padded(with: 0), limit: 1 << 12)
    },
    Reader(name: "zip", seeds: [ArchiveFixture.bytes(ArchiveFixture.zip)]) {
      let archive = try ZipArchive(bytes: $0, limit: 1 << 16)
      for entry in archive.entries { _ = try archive.bytes(of: entry) }
    },
    Reader(name: "tar", seeds: TarTests.seeds) {
      var archive = try TarReader(bytes: $0, name: "tar", limit: 1 << 16)
      while try archive.next() != nil {}
    },
    Reader(name: "NumPy array", seeds: ArrayFixture.all.map { ArchiveFixture.bytes($0.file) }) {
      _ = try NPY.read(bytes: $0, limit: 1 << 16)
    },
    Reader(
      name: "NumPy archive",
      seeds: [ArchiveFixture.savez, ArchiveFixture.savezCompressed].map(ArchiveFixture.bytes)
    ) { _ = try NPZ.read(bytes: $0, limit: 1 << 16) },
    Reader(name: "table with a header", seeds: [Array(TableTests.table.utf8)]) {
      _ = try LabelledTable.read(bytes: $0, name: "table")
    },
    Reader(
      name: "CSV",
      seeds: [Array("name,joules,note\r\ngzip,12.5,\"a, \"\"b\"\"\"\r\nxz,1e3,é\r\n".utf8)]
    ) {
      let format = CSVFormat(fieldLimit: 64, rowLimit: 128, columnLimit: 16)
      var reader = try CSVReader(bytes: $0, format: format)
      let width = reader.header?.count
      while let row = try reader.next() {
        if row.count != width { Issue.record("\(row.count) fields where \(width ?? 0) were due") }
        _ = row.fields
        _ = try? row.number(at: row.count - 1)
      }
    },
    Reader(
      name: "JSON lines", seeds: [Array("{\"name\":\"a\",\"joules\":1.5}\n{\"name\":\"é\"}\n".utf8)]
    ) {
      var reader = try JSONLinesReader<JSONLinesTests.Item>(bytes: $0, lineLimit: 200)
      while try reader.next() != nil {}
    },
  ]

  @Test(
    "every mutated file is read or refused with a typed error", .tags(.slow), arguments: readers)
  func survives(reader: Reader) throws {
    for seed in reader.seeds { try reader.read(seed) }
    var mutation = Mutation(seed: 1)
    var (accepted, refused) = (0, 0)
    for index in 0..<Self.count {
      do {
        try reader.read(mutation.apply(to: reader.seeds[index % reader.seeds.count]))
        accepted += 1
      } catch is DataError {
        refused += 1
      }
    }
    #expect(accepted + refused == Self.count && refused > 0)
  }
}
