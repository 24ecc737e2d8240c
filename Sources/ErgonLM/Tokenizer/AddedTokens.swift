/// Tokens that are found in text as they are written, before anything else is done to it.
struct AddedTokens: Sendable {
  struct Token: Sendable {
    var id: TokenID
    var content: [UInt8]
    var isSpecial = false
    /// White space before it, or after it, belongs to it.
    var stripsLeft = false
    var stripsRight = false
    /// Not within a word.
    var isSingleWord = false
    /// Found in the normalized text, not in the text as it came.
    var isNormalized = false
  }

  enum Segment {
    case text(Range<Int>)
    case token(TokenID)
  }

  private let tokens: [Token]
  private let tree: ByteTree

  /// - Precondition: no content is empty.
  init(_ tokens: [Token]) {
    self.tokens = tokens
    var tree = ByteTree()
    for (place, token) in tokens.enumerated() { tree.insert(token.content, value: Int32(place)) }
    self.tree = tree
  }

  /// The tokens in a text and what is between them; at one place the longest.
  func split(_ text: [UInt8], parsingSpecial: Bool) -> [Segment] {
    if tokens.isEmpty { return text.isEmpty ? [] : [.text(0..<text.count)] }
    var segments: [Segment] = []
    var start = 0
    var at = 0
    text.withUnsafeBufferPointer { text in
      while at < text.count {
        guard let place = tree.longest(in: text, at: at) else {
          at += 1
          continue
        }
        let token = tokens[Int(place)]
        var range = at..<at + token.content.count
        at = range.upperBound
        if token.isSpecial && !parsingSpecial { continue }
        if token.isSingleWord && isWithinWord(range, text) { continue }
        if token.stripsLeft {
          range = blankStart(text, before: range.lowerBound, downTo: start)..<range.upperBound
        }
        if token.stripsRight { range = range.lowerBound..<blankEnd(text, range.upperBound) }
        if range.lowerBound > start { segments.append(.text(start..<range.lowerBound)) }
        segments.append(.token(token.id))
        start = range.upperBound
        at = start
      }
    }
    if start < text.count { segments.append(.text(start..<text.count)) }
    return segments
  }

  private func isWithinWord(_ range: Range<Int>, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    if range.lowerBound > 0 {
      let before = codePointStart(text, before: range.lowerBound)
      if isWordCharacter(codePoint(text, before).value) { return true }
    }
    return range.upperBound < text.count
      && isWordCharacter(codePoint(text, range.upperBound).value)
  }

  private func blankStart(
    _ text: UnsafeBufferPointer<UInt8>, before place: Int, downTo limit: Int
  ) -> Int {
    var at = place
    while at > limit {
      let before = codePointStart(text, before: at)
      let kind = UnicodeTables.shared.characterClass(codePoint(text, before).value)
      if !kind.contains(.blank) { break }
      at = before
    }
    return at
  }

  private func blankEnd(_ text: UnsafeBufferPointer<UInt8>, _ place: Int) -> Int {
    var at = place
    while at < text.count {
      let (point, length) = codePoint(text, at)
      if !UnicodeTables.shared.characterClass(point).contains(.blank) { break }
      at += length
    }
    return at
  }
}

/// Byte strings in a tree, to find the longest that starts at a place.
struct ByteTree: Sendable {
  private struct Node {
    let byte: UInt8
    var value: Int32 = -1
    var child: Int32 = -1
    var sibling: Int32 = -1
  }

  private var nodes: [Node] = []
  private var roots = [Int32](repeating: -1, count: 256)

  /// Of two equal strings the first stays.
  mutating func insert(_ bytes: [UInt8], value: Int32) {
    var node = -1
    for byte in bytes {
      var next = node < 0 ? roots[Int(byte)] : nodes[node].child
      while next >= 0 && nodes[Int(next)].byte != byte { next = nodes[Int(next)].sibling }
      if next < 0 {
        next = Int32(nodes.count)
        nodes.append(Node(byte: byte))
        if node < 0 {
          roots[Int(byte)] = next
        } else {
          nodes[Int(next)].sibling = nodes[node].child
          nodes[node].child = next
        }
      }
      node = Int(next)
    }
    if node >= 0 && nodes[node].value < 0 { nodes[node].value = value }
  }

  func longest(in text: UnsafeBufferPointer<UInt8>, at place: Int) -> Int32? {
    var node = roots[Int(text[place])]
    if node < 0 { return nil }
    var found: Int32 = -1
    var at = place + 1
    while node >= 0 {
      if nodes[Int(node)].value >= 0 { found = nodes[Int(node)].value }
      if at == text.count { break }
      node = nodes[Int(node)].child
      while node >= 0 && nodes[Int(node)].byte != text[at] { node = nodes[Int(node)].sibling }
      at += 1
    }
    return found >= 0 ? found : nil
  }
}
