import ErgonLM
import ErgonTensor
import Testing

/// A vocabulary of pieces, some of them special.
struct PieceTokenizer: Tokenizer {
  var pieces: [[UInt8]]
  var special: SpecialTokens
  var controls: Set<TokenID>
  var dropsLeadingSpace = false

  /// Pieces, then one control token and one end of generation.
  init(_ pieces: [[UInt8]]) {
    let control = TokenID(pieces.count)
    self.pieces = pieces + [Array("<control>".utf8), Array("<end>".utf8)]
    controls = [control, control + 1]
    special = SpecialTokens(end: control + 1, endOfGeneration: [control + 1])
  }

  /// One token a byte.
  static let bytes = PieceTokenizer((0...255).map { [UInt8($0)] })

  var end: TokenID { special.end! }
  var vocabularySize: Int { pieces.count }
  func encode(_ text: String, addingSpecial: Bool, parsingSpecial: Bool) -> [TokenID] {
    text.utf8.map { TokenID($0) }
  }
  func bytes(of token: TokenID) -> [UInt8] { isSpecial(token) ? [] : pieces[Int(token)] }
  func piece(of token: TokenID) -> String { String(decoding: pieces[Int(token)], as: UTF8.self) }
  func token(named piece: String) -> TokenID? { nil }
  func isSpecial(_ token: TokenID) -> Bool { controls.contains(token) }
}

extension GrammarConstraint {
  /// Accepts a token that has to be allowed.
  mutating func take(_ token: TokenID, sourceLocation: SourceLocation = #_sourceLocation) {
    let isAllowed = accept(token)
    #expect(isAllowed, "token \(token)", sourceLocation: sourceLocation)
  }

  /// What is allowed next.
  mutating func mask(_ tokenizer: some Tokenizer) -> TokenMask {
    var mask = TokenMask(count: tokenizer.vocabularySize, allowed: true)
    restrict(&mask)
    return mask
  }

  /// What is allowed next, by trying every token on a copy.
  func triedMask(_ tokenizer: some Tokenizer) -> TokenMask {
    var mask = TokenMask(count: tokenizer.vocabularySize, allowed: false)
    for token in 0..<TokenID(tokenizer.vocabularySize) {
      var copy = self
      if copy.accept(token) { mask[token] = true }
    }
    return mask
  }
}

/// Text that is made of a list of fragments at random.
func randomText(_ fragments: [String], upTo count: Int, _ draws: inout RandomStream) -> String {
  var text = ""
  for _ in 0..<Int.random(in: 0...count, using: &draws) {
    text += fragments.randomElement(using: &draws)!
  }
  return text
}

let arithmetic = #"""
  # sums and products, parentheses
  root  ::= (expr "=" ws num "\n")+
  expr  ::= term ([-+*/] term)*
  term  ::= ident | num | "(" ws expr ")" ws
  ident ::= [a-z] [a-z0-9_]* ws
  num   ::= [0-9]+ ws
  ws    ::= [ \t\n]*
  """#

let list = #"""
  root ::= item+
  # Excludes various line break characters
  item ::= "- " [^\r\n\x0b\x0c\x85\u2028\u2029]+ "\n"
  """#

let json = #"""
  root   ::= object
  value  ::= object | array | string | number | ("true" | "false" | "null") ws

  object ::=
    "{" ws (
              string ":" ws value
      ("," ws string ":" ws value)*
    )? "}" ws

  array  ::=
    "[" ws (
              value
      ("," ws value)*
    )? "]" ws

  string ::=
    "\"" (
      [^"\\\x7F\x00-\x1F] |
      "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4}) # escapes
    )* "\"" ws

  number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [1-9] [0-9]{0,15})? ws

  # Optional space: by convention, applied in this grammar after literal chars when allowed
  ws ::= | " " | "\n" [ \t]{0,20}
  """#
