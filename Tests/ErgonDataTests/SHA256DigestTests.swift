import Foundation
import Testing

@testable import ErgonData

@Suite("Digests")
struct SHA256DigestTests {
  @Test(
    "digests are those of the standard",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func vectors(text: String, digest: String) throws {
    #expect(SHA256Digest(of: text).description == digest)
    #expect(try SHA256Digest(hexadecimal: digest.uppercased()) == SHA256Digest(of: text))
  }

  @Test("a file of a million letters has the standard's digest")
  func file() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(String(repeating: "a", count: 1_000_000), to: "a")
    #expect(
      try SHA256Digest(ofFile: path).description
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    #expect(throws: DataError.self) { try SHA256Digest(ofFile: folder.file("none")) }
  }

  @Test(
    "a text that is no digest is refused",
    arguments: [
      "", "12", String(repeating: "g", count: 64), String(repeating: "０", count: 64),
      String(repeating: "0", count: 65),
    ])
  func refused(text: String) {
    #expect(throws: DataError.malformedDigest(text)) { try SHA256Digest(hexadecimal: text) }
  }

  @Test("a digest is a string in JSON")
  func codable() throws {
    let digest = SHA256Digest(of: "abc")
    let data = try JSONEncoder().encode([digest])
    #expect(String(decoding: data, as: UTF8.self) == "[\"\(digest)\"]")
    #expect(try JSONDecoder().decode([SHA256Digest].self, from: data) == [digest])
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode([SHA256Digest].self, from: Data("[\"12\"]".utf8))
    }
  }
}
