/// The bytes of all tokens of a vocabulary as a tree, on which tokens that begin alike are tried
/// together.
///
/// Made once for a tokenizer and shared by every constraint over it.
///
/// - Cost: O(bytes of all tokens) and a sort; 128,000 tokens take about 40 ms and 4 MB.
public final class VocabularyTrie: Sendable {
  /// Nodes in the order of a walk that goes down first; node 0 is the root.
  let bytes: [UInt8]
  /// How many bytes lead to a node.
  let depths: [UInt16]
  /// The node after a node's last descendant.
  let ends: [UInt32]
  /// The tokens that end at node n are `tokens[firstTokens[n] ..< firstTokens[n + 1]]`.
  let firstTokens: [UInt32]
  let tokens: [TokenID]
  let deepest: Int
  let vocabularySize: Int
  let endOfGeneration: Set<TokenID>
  /// The bytes of token t, as text, are `text[textStarts[t] ..< textStarts[t + 1]]`.
  private let text: [UInt8]
  private let textStarts: [UInt32]

  private static let longestToken = 4096

  /// Special tokens are left out, and so are those without bytes.
  public init(_ tokenizer: some Tokenizer) {
    vocabularySize = tokenizer.vocabularySize
    endOfGeneration = tokenizer.special.endOfGeneration
    var text: [UInt8] = []
    var starts: [UInt32] = [0]
    starts.reserveCapacity(vocabularySize + 1)
    // The first eight bytes decide nearly every comparison.
    var order: [(key: UInt64, token: TokenID)] = []
    for token in 0..<TokenID(vocabularySize) {
      if !tokenizer.isSpecial(token), !endOfGeneration.contains(token) {
        let piece = tokenizer.bytes(of: token)
        if !piece.isEmpty && piece.count <= Self.longestToken {
          var key: UInt64 = 0
          for place in 0..<8 { key = key << 8 | UInt64(place < piece.count ? piece[place] : 0) }
          order.append((key, token))
          text += piece
        }
      }
      starts.append(UInt32(text.count))
    }
    text.withUnsafeBufferPointer { text in
      func range(_ token: TokenID) -> Range<Int> {
        Int(starts[Int(token)])..<Int(starts[Int(token) + 1])
      }
      order.sort { left, right in
        if left.key != right.key { return left.key < right.key }
        let (a, b) = (range(left.token), range(right.token))
        for place in 0..<min(a.count, b.count) {
          let (x, y) = (text[a.lowerBound + place], text[b.lowerBound + place])
          if x != y { return x < y }
        }
        return a.count != b.count ? a.count < b.count : left.token < right.token
      }
    }
    self.text = text
    textStarts = starts
    tokens = order.map(\.token)

    var bytes: [UInt8] = [0]
    var depths: [UInt16] = [0]
    var firstTokens: [UInt32] = [0]
    var ends: [UInt32] = [0]
    var path: [Int] = [0]
    var previous: ArraySlice<UInt8> = []
    for (place, token) in tokens.enumerated() {
      let piece = text[Int(starts[Int(token)])..<Int(starts[Int(token) + 1])]
      let shared = zip(previous, piece).prefix { $0 == $1 }.count
      while path.count > shared + 1 { ends[path.removeLast()] = UInt32(bytes.count) }
      for byte in piece.dropFirst(shared) {
        path.append(bytes.count)
        bytes.append(byte)
        depths.append(UInt16(path.count - 1))
        firstTokens.append(UInt32(place))
        ends.append(0)
      }
      previous = piece
    }
    while let node = path.popLast() { ends[node] = UInt32(bytes.count) }
    firstTokens.append(UInt32(tokens.count))
    self.bytes = bytes
    self.depths = depths
    self.ends = ends
    self.firstTokens = firstTokens
    deepest = Int(depths.max() ?? 0)
  }

  /// The bytes of a token as text; none for one that no text has.
  func bytes(of token: TokenID) -> ArraySlice<UInt8> {
    guard token >= 0, Int(token) < vocabularySize else { return [] }
    return text[Int(textStarts[Int(token)])..<Int(textStarts[Int(token) + 1])]
  }
}
