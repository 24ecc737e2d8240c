import ErgonLM

/// A token for each byte and, if asked, one that begins and one that ends a text; as some real
/// tokenizers do, it can put a space before a text that decoding takes away.
struct PlainTokenizer: Tokenizer {
  var dropsLeadingSpace = false
  var extraTokens = 0
  var special = SpecialTokens(beginning: 256, end: 257)

  var vocabularySize: Int { 258 + extraTokens }

  func encode(_ text: String, addingSpecial: Bool, parsingSpecial: Bool) -> [TokenID] {
    (dropsLeadingSpace ? " " + text : text).utf8.map(TokenID.init)
  }

  func bytes(of token: TokenID) -> [UInt8] { token < 256 ? [UInt8(token)] : [] }
  func piece(of token: TokenID) -> String { "<\(token)>" }
  func token(named piece: String) -> TokenID? { nil }
  func isSpecial(_ token: TokenID) -> Bool { token >= 256 }
}

/// A file's bytes, which the test may have changed.
func mapped(_ bytes: [UInt8]) -> MappedBytes {
  final class Owner: Sendable {
    nonisolated(unsafe) let bytes: UnsafeMutableRawBufferPointer
    init(_ count: Int) { bytes = .allocate(byteCount: count, alignment: 16) }
    deinit { bytes.deallocate() }
  }
  let owner = Owner(bytes.count)
  owner.bytes.copyBytes(from: bytes)
  return MappedBytes(UnsafeRawBufferPointer(owner.bytes), owner: owner)
}

/// All bytes of a file.
func contents(_ path: String) throws -> [UInt8] { try mapFile(path).withBytes { Array($0) } }
