/// A language that answers can be held to.
///
/// ```swift
/// let grammar = try Grammar(gbnf: #"root ::= "yes" | "no" | [0-9]{1,3} " %""#)
/// grammar.matches("42 %")                                                  // true
/// options.constraint = GrammarConstraint(grammar, vocabulary: VocabularyTrie(tokenizer))
/// ```
///
/// Texts are matched code point by code point, by all readings at once; rules may call themselves,
/// though not before a character (left recursion). Text nests 512 frames deep at most.
public struct Grammar: Sendable {
  let program: GrammarProgram

  init(_ rules: GrammarRules, root: Int) throws(LMError) {
    program = try GrammarProgram(rules, root: root)
  }

  /// Reads rules in llama.cpp's GBNF notation; the text is that of the rule `root`.
  ///
  /// A rule is `name ::= …`, up to the line's end outside parentheses and not after `|`. In it are
  /// `"literals"`, classes `[a-z]` and `[^a-z]`, `.`, names, `( )`, `|`, `*`, `+`, `?`, `{m}`,
  /// `{m,}`, `{m,n}`, escapes `\n \r \t \\ \" \[ \] \xXX \uXXXX \UXXXXXXXX`, and comments after `#`.
  ///
  /// - Throws: ``LMError/request(what:reason:mend:)`` with line and column, where it does not
  ///   parse; where a rule is left recursive or none can end; past the limits on rules and
  ///   repetitions (50,000) and on their steps (500,000).
  public init(gbnf text: String) throws(LMError) {
    let (rules, root) = try GrammarParser.parse(text)
    try self.init(rules, root: root)
  }

  /// One of several texts.
  ///
  /// - Throws: ``LMError/request(what:reason:mend:)`` where there is none, and past the limits.
  public init(choices: [String]) throws(LMError) {
    if choices.isEmpty {
      throw .request(what: "choices", reason: "there are none", mend: "name one or more")
    }
    let size = choices.reduce(0) { $0 + min($1.utf8.count, GrammarLimits.text) }
    if size > GrammarLimits.text {
      throw .request(
        what: "choices", reason: "more than \(GrammarLimits.text) bytes", mend: "name fewer")
    }
    var rules = GrammarRules()
    let root = rules.choice("choice", of: choices)
    try self.init(rules, root: root)
  }

  /// Whether a whole text is of the language.
  public func matches(_ text: String) -> Bool {
    var automaton = GrammarAutomaton(program)
    var state = automaton.start()
    for byte in text.utf8 {
      if automaton.isLarge {
        var anew = GrammarAutomaton(program)
        state = anew.adopt(state, from: automaton)
        automaton = anew
      }
      state = automaton.next(state, byte)
      if state == StackSets.none { return false }
    }
    return automaton.isComplete(state)
  }
}
