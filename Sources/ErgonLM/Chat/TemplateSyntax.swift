/// A parsed template: nodes that name each other by their place in one array.
struct TemplateSyntax: Sendable {
  typealias ID = Int

  struct Node: Sendable {
    var kind: Kind
    /// Where it begins in the source.
    var offset: Int
  }

  enum Operator: Sendable {
    case add, subtract, multiply, divide, divideWhole, remainder, power, join
  }

  enum Comparison: Sendable {
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, within, notWithin
  }

  struct Arguments: Sendable {
    var positional: [ID] = []
    var named: [(name: String, value: ID)] = []
    var spread: ID?
    var spreadNamed: ID?
  }

  struct Filter: Sendable {
    var name: String
    var arguments: Arguments
    var offset: Int
  }

  /// What an assignment or a loop writes to.
  enum Target: Sendable {
    case name(String)
    case member(String, of: String)
    case names([String])
  }

  struct Parameter: Sendable {
    var name: String
    var fallback: ID?
  }

  /// What a macro's body asks for beside its parameters.
  struct Extras: OptionSet, Sendable {
    let rawValue: Int
    static let varargs = Extras(rawValue: 1)
    static let kwargs = Extras(rawValue: 2)
    static let caller = Extras(rawValue: 4)
  }

  enum Kind: Sendable {
    // Expressions
    case string(TemplateString)
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    case none
    case name(String)
    case list([ID])
    case tuple([ID])
    case map([(key: ID, value: ID)])
    case member(ID, String)
    case element(ID, ID)
    case slice(ID, from: ID?, to: ID?, by: ID?)
    case call(ID, Arguments)
    case filter(ID, Filter)
    case test(ID, Filter, isNegated: Bool)
    case not(ID)
    case negative(ID)
    case positive(ID)
    /// Operands of one rank from left to right, however many, at one level.
    case chain(ID, [(Operator, ID)])
    case comparison(ID, [(Comparison, ID)])
    case all([ID])
    case any([ID])
    case conditional(ID, condition: ID, otherwise: ID?)
    // Statements
    case text(TemplateString)
    case output(ID)
    case branch([(condition: ID?, body: [ID])])
    case loop(Target, over: ID, condition: ID?, body: [ID], otherwise: [ID])
    case assign(Target, ID)
    case assignBlock(Target, [Filter], [ID])
    case macro(String, [Parameter], [ID], Extras)
    case callBlock([Parameter], call: ID, [ID])
    case filterBlock([Filter], [ID])
    case scope([(Target, ID)], [ID])
    case breakLoop
    case continueLoop
  }

  private(set) var nodes: [Node] = []
  var body: [ID] = []

  mutating func add(_ kind: Kind, at offset: Int) -> ID {
    nodes.append(Node(kind: kind, offset: offset))
    return nodes.count - 1
  }
}
