import Foundation
import Testing

@testable import ErgonData

extension ArchiveFixture {
  /// The bytes of a fixture.
  static func bytes(_ base64: String) -> [UInt8] {
    Array(Data(base64Encoded: base64, options: .ignoreUnknownCharacters) ?? Data())
  }
}

@Suite("NumPy arrays")
struct ArrayTests {
  @Test(
    "every type, order and version gives NumPy's own numbers", arguments: ArrayFixture.all.indices)
  func fixture(index: Int) throws {
    let fixture = ArrayFixture.all[index]
    let array = try NPY.read(bytes: ArchiveFixture.bytes(fixture.file), name: fixture.name)
    #expect(array.shape == fixture.shape)
    let values: [Double] =
      switch array.elements {
      case .complexFloat(let parts): parts.map { Double($0) }
      case .complexDouble(let parts): parts
      default: array.floats?.map { Double($0) } ?? []
      }
    #expect(values == fixture.values, "\(fixture.name)")
  }

  @Test(
    "objects, structures and texts are refused as not supported", arguments: ArrayFixture.refused)
  func refused(file: String) {
    #expect {
      try NPY.read(bytes: ArchiveFixture.bytes(file))
    } throws: {
      guard case DataError.unsupported = $0 else { return false }
      return true
    }
  }

  private func file(_ header: String, _ body: [UInt8] = []) -> [UInt8] {
    let length = UInt8(header.utf8.count)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, length, 0] + Array(header.utf8) + body
  }

  @Test(
    "headers as other programs write them are taken",
    arguments: [
      "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }",
      "{\"shape\":(2L,),\"fortran_order\":False,\"descr\":\"|u1\"}  \n",
      " {'fortran_order': True, 'descr': '=u1', 'shape': (1, 2)}",
    ])
  func headers(header: String) throws {
    #expect(try NPY.read(bytes: file(header, [7, 8])).floats == [7, 8])
  }

  @Test(
    "broken headers are refused",
    arguments: [
      "", "{", "{}", "{'descr': '|u1'}", "{'descr': '|u1', 'fortran_order': 0, 'shape': (2,)}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (-1,)}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (2}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999, 99999999999)}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (9999999999999999999,)}",
      "{'descr': '|u1, 'fortran_order': False, 'shape': (2,)}",
      "{'descr': '!u1', 'fortran_order': False, 'shape': (2,)}",
      "{'descr': '|u3', 'fortran_order': False, 'shape': (2,)}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), 'x': 'y'}",
    ])
  func brokenHeaders(header: String) {
    #expect(throws: DataError.self) { try NPY.read(bytes: file(header, [7, 8])) }
  }

  @Test(
    "an archive has its arrays by name",
    arguments: [ArchiveFixture.savez, ArchiveFixture.savezCompressed])
  func archive(file: String) throws {
    let arrays = try NPZ.read(bytes: ArchiveFixture.bytes(file))
    #expect(arrays.keys.sorted() == ["bias", "weight"])
    #expect(arrays["weight"] == NumericArray(shape: [2, 3], elements: .float([0, 1, 2, 3, 4, 5])))
    #expect(arrays["bias"] == NumericArray(shape: [2], elements: .double([1, -1])))
    #expect(throws: DataError.self) { try NPZ.read(bytes: ArchiveFixture.bytes(file), limit: 100) }
  }
}
