/// A vocabulary that needs no training: ids below 256 are bytes, special tokens follow.
///
/// ```swift
/// let tokenizer = ByteTokenizer(roles: TokenRoles(end: "<end>"))
/// tokenizer.encode("é")          // [195, 169]
/// tokenizer.special.end          // 256
/// ```
public struct ByteTokenizer: Tokenizer {
  /// The special tokens, from id 256 on.
  public let specialTokens: [String]
  public let roles: TokenRoles
  public let special: SpecialTokens
  private let added: AddedTokens

  /// - Parameter specialTokens: Names of special tokens; those of `roles` that are not among them
  ///   follow. Each stands once and none is empty.
  public init(specialTokens: [String] = [], roles: TokenRoles = TokenRoles()) {
    let names = specialTokens + roles.names.filter { !specialTokens.contains($0) }
    precondition(
      Set(names).count == names.count && !names.contains(""),
      "ByteTokenizer: special tokens that are empty or stand twice: \(names)")
    self.specialTokens = names
    self.roles = roles
    let id = { (name: String?) in name.flatMap(names.firstIndex).map { TokenID(256 + $0) } }
    special = SpecialTokens(
      beginning: id(roles.beginning), end: id(roles.end), unknown: id(roles.unknown),
      padding: id(roles.padding), endOfGeneration: Set([id(roles.end)].compactMap(\.self)))
    added = AddedTokens(
      names.enumerated().map { place, name in
        AddedTokens.Token(id: TokenID(256 + place), content: Array(name.utf8), isSpecial: true)
      })
  }

  public var vocabularySize: Int { 256 + specialTokens.count }
  public var dropsLeadingSpace: Bool { false }

  public func encode(_ text: String, addingSpecial: Bool, parsingSpecial: Bool) -> [TokenID] {
    let bytes = Array(text.utf8)
    var ids = addingSpecial ? [special.beginning].compactMap(\.self) : []
    ids.reserveCapacity(ids.count + bytes.count)
    for segment in added.split(bytes, parsingSpecial: parsingSpecial) {
      switch segment {
      case .token(let id): ids.append(id)
      case .text(let range): for byte in bytes[range] { ids.append(TokenID(byte)) }
      }
    }
    return ids
  }

  public func bytes(of token: TokenID) -> [UInt8] { UInt8(exactly: token).map { [$0] } ?? [] }

  /// The byte as byte-level vocabularies write it, `"Ġ"` for a space.
  public func piece(of token: TokenID) -> String {
    if let byte = UInt8(exactly: token) {
      return String(decoding: ByteAlphabet.written(byte), as: UTF8.self)
    }
    let place = Int(token) - 256
    return specialTokens.indices.contains(place) ? specialTokens[place] : ""
  }

  public func token(named piece: String) -> TokenID? {
    if let place = specialTokens.firstIndex(of: piece) { return TokenID(256 + place) }
    let bytes = ByteAlphabet.bytes(of: Array(piece.utf8)[...]) ?? []
    return bytes.count == 1 ? TokenID(bytes[0]) : nil
  }

  public func isSpecial(_ token: TokenID) -> Bool {
    specialTokens.indices.contains(Int(token) - 256)
  }
}
