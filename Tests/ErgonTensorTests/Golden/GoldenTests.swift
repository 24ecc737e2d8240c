import ErgonTensor
import Foundation
import Testing

@Suite("Values and gradients that PyTorch gives")
struct GoldenTests {
  private static func cases<S>(_: S.Type) -> [String: GoldenCase<S>] {
    let all =
      GoldenCase<S>.elementwise + GoldenCase.reductions + GoldenCase.places
      + GoldenCase.products + GoldenCase.convolutions + GoldenCase.images
      + GoldenCase.normalizations + GoldenCase.losses + GoldenCase.attention
    return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
  }

  @Test("an operation agrees in value and gradients, in both precisions", arguments: Golden.names)
  func agrees(name: String) throws {
    let single = try #require(Self.cases(Float.self)[name], "no test for the case")
    #expect(Golden.failures(single, tolerance: 1e-5) == [])
    let double = try #require(Self.cases(Double.self)[name])
    #expect(Golden.failures(double, tolerance: 1e-12) == [])
  }

  @Test("every operation has its golden values")
  func complete() {
    #expect(Set(Self.cases(Float.self).keys) == Set(Golden.names))
  }

  @Test("what is read from another program's file is written as the same bytes")
  func sameBytes() throws {
    var writer = SafetensorsWriter(metadata: Golden.file.metadata)
    for entry in Golden.file.entries.reversed() {
      switch entry.type {
      case .float32: writer.add(entry.name, try Golden.file.tensor(entry.name, as: Float.self))
      case .float64: writer.add(entry.name, try Golden.file.tensor(entry.name, as: Double.self))
      case .int32: writer.add(entry.name, try Golden.file.tensor(entry.name, as: Int32.self))
      case .bool: writer.add(entry.name, try Golden.file.tensor(entry.name, as: Bool.self))
      default: Issue.record("\(entry.name) has the type \(entry.type)")
      }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: Golden.path)) == Data(writer.bytes()))
  }
}
