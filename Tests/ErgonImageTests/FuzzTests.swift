import CZlib
import ErgonData
import Foundation
import Testing
import _ErgonTestSupport

@testable import ErgonImage

@Suite("Image readers under mutated input")
struct FuzzTests {
  /// Inputs for each format; the long run is for a release build.
  static let count = ProcessInfo.processInfo.environment["ERGON_SLOW_TESTS"] == nil ? 3000 : 150_000

  private func survive(_ seeds: [[UInt8]], _ mend: ([UInt8]) -> [UInt8]) throws {
    var mutation = Mutation(seed: 2)
    var (accepted, refused) = (0, 0)
    for index in 0..<Self.count {
      // Every second file has its checksums mended, lest nothing but them be tried.
      var bytes = mutation.apply(to: seeds[index % seeds.count])
      if index / seeds.count % 2 == 0 { bytes = mend(bytes) }
      do {
        _ = try Image(bytes: bytes, limit: 1 << 20)
        accepted += 1
      } catch {
        refused += 1
      }
    }
    #expect(accepted + refused == Self.count && refused > 100 && accepted > 10)
  }

  @Test("every mutated PNG is an image or a typed error", .tags(.slow))
  func png() throws {
    let fixtures = try ImageFixture.all.filter { $0.name.contains("PNG") }
      .map { try CodingTests.bytes($0.file) }
    try survive(fixtures + PNGKindsTests.kinds.map(\.png.bytes)) { bytes in
      var bytes = bytes
      var start = 8
      while start + 12 <= bytes.count {
        let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        guard length <= bytes.count - start - 12 else { break }
        let name = bytes[start + 4..<start + 8]
        let body = Array(bytes[start + 8..<start + 8 + length])
        bytes.replaceSubrange(
          start..<start + 12 + length,
          with: HandMadePNG.chunk(name, body))
        start += 12 + length
      }
      return bytes
    }
  }

  @Test("every mutated JPEG is an image or a typed error", .tags(.slow))
  func jpeg() throws {
    let fixtures = try ImageFixture.all.filter {
      $0.name.contains("JPEG") || $0.name == "halved colours"
    }
    .map { try CodingTests.bytes($0.file) }
    try survive(fixtures) { $0 }
  }
}
