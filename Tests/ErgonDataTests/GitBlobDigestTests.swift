import Testing

@testable import ErgonData

@Suite("Git digests")
struct GitBlobDigestTests {
  @Test(
    "digests are those of 'git hash-object'",
    arguments: [
      ("", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"),
      ("abc", "f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f"),
    ])
  func vectors(text: String, digest: String) throws {
    #expect(GitBlobDigest(of: Array(text.utf8)).description == digest)
    #expect(try GitBlobDigest(hexadecimal: digest.uppercased()).description == digest)
  }

  @Test("a file of a million letters has git's digest")
  func file() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(String(repeating: "a", count: 1_000_000), to: "a")
    #expect(
      try GitBlobDigest(ofFile: path).description == "de1fbf0c2f34f67f01f355f31ed0cf7319643c5e")
    #expect(throws: DataError.self) { try GitBlobDigest(ofFile: folder.file("none")) }
  }

  @Test(
    "a text that is no digest is refused", arguments: ["", "12", String(repeating: "g", count: 40)])
  func refused(text: String) {
    #expect(throws: DataError.malformedDigest(text)) { try GitBlobDigest(hexadecimal: text) }
  }
}
