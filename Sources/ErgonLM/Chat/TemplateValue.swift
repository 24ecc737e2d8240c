/// A value while a template is rendered.
///
/// How deep values nest and how much they hold is counted where they are made: they are compared,
/// written and freed recursively, and one list may hold another many times.
enum TemplateValue {
  /// What was asked for and is not there.
  case undefined(String)
  case none
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case string(TemplateString)
  case list(TemplateList)
  case map(TemplateMap)
  case namespace(TemplateNamespace)
  case loop(TemplateLoop)
  case function(TemplateFunction)

  static let maxDepth = 96
  /// Values in a value, sixteen bytes of text counting as one.
  static let maxSize = 4_000_000
}

struct TemplateList {
  let items: [TemplateValue]
  let isTuple: Bool
  let depth: Int
  let size: Int

  init(_ items: [TemplateValue], isTuple: Bool = false) throws(TemplateFailure) {
    self.items = items
    self.isTuple = isTuple
    (depth, size) = try TemplateValue.extent(over: items)
  }
}

/// Keys and values in the order of their coming.
struct TemplateMap {
  /// What a key is compared by: `1`, `1.0` and `true` are one key.
  enum Key: Hashable {
    case none
    case integer(Int)
    case number(Double)
    case string(TemplateString)
  }

  private(set) var entries: [(key: TemplateValue, value: TemplateValue)] = []
  private var places: [Key: Int] = [:]
  private(set) var depth = 1
  private(set) var size = 1

  subscript(key: Key) -> TemplateValue? { places[key].map { entries[$0].value } }
  subscript(name: String) -> TemplateValue? { self[.string(TemplateString(name))] }

  mutating func set(_ key: TemplateValue, _ value: TemplateValue) throws(TemplateFailure) {
    guard let hash = key.key else {
      throw TemplateFailure("\(key.kindName) cannot be the key of a map")
    }
    let extent = try TemplateValue.extent(over: [key, value])
    depth = max(depth, extent.depth)
    size += extent.size
    guard size <= TemplateValue.maxSize else { throw TemplateValue.tooLarge }
    if let place = places[hash] {
      entries[place].value = value
    } else {
      places[hash] = entries.count
      entries.append((key, value))
    }
  }
}

/// What `namespace()` makes: the one thing a loop can write to that outlives it.
final class TemplateNamespace {
  var values: [String: TemplateValue]

  init(_ values: [String: TemplateValue]) { self.values = values }
}

/// What `loop` is inside a loop.
final class TemplateLoop {
  let items: [TemplateValue]
  /// Levels of the values inside, and one more: loops are values, and a loop may go over loops.
  let nesting: Int
  var index = 0
  /// What `changed` was called with last.
  var watched: [TemplateValue]?

  init(_ items: [TemplateValue], nesting: Int) {
    self.items = items
    self.nesting = nesting
  }
}

/// Something that can be called.
enum TemplateFunction {
  case global(String)
  indirect case method(String, of: TemplateValue)
  case macro(TemplateMacro)
}

final class TemplateMacro {
  let name: String
  let parameters: [TemplateSyntax.Parameter]
  let body: [TemplateSyntax.ID]
  let extras: TemplateSyntax.Extras
  let scope: TemplateScope

  init(
    _ name: String, _ parameters: [TemplateSyntax.Parameter], _ body: [TemplateSyntax.ID],
    _ extras: TemplateSyntax.Extras, _ scope: TemplateScope
  ) {
    self.name = name
    self.parameters = parameters
    self.body = body
    self.extras = extras
    self.scope = scope
  }
}

/// Names that are assigned to in one place, and the place around it.
final class TemplateScope {
  let outer: TemplateScope?
  var values: [String: TemplateValue] = [:]

  init(in outer: TemplateScope?) { self.outer = outer }

  func value(_ name: String) -> TemplateValue? {
    var scope: TemplateScope? = self
    while let current = scope {
      if let value = current.values[name] { return value }
      scope = current.outer
    }
    return nil
  }
}

extension TemplateValue {
  static func list(_ items: [TemplateValue]) throws(TemplateFailure) -> TemplateValue {
    .list(try TemplateList(items))
  }

  static func text(_ text: String) -> TemplateValue { .string(TemplateString(text)) }

  /// Levels of lists and maps.
  var depth: Int {
    switch self {
    case .list(let list): list.depth
    case .map(let map): map.depth
    case .loop(let loop): loop.nesting
    case .function(.method(_, let owner)): owner.depth + 1
    default: 0
    }
  }

  /// Values and text inside.
  var size: Int {
    switch self {
    case .string(let string): 1 + string.bytes.count / 16
    case .list(let list): list.size
    case .map(let map): map.size
    case .function(.method(_, let owner)): owner.size
    default: 1
    }
  }

  static let tooLarge = TemplateFailure("a value grows beyond \(maxSize) parts")

  /// The depth and size of what holds these.
  static func extent(
    over items: [TemplateValue]
  ) throws(TemplateFailure) -> (depth: Int, size: Int) {
    var (depth, size) = (1, 1)
    for item in items {
      depth = max(depth, item.depth + 1)
      size += item.size
      guard size <= maxSize else { throw tooLarge }
    }
    guard depth <= maxDepth else {
      throw TemplateFailure("values nest deeper than \(maxDepth) levels")
    }
    return (depth, size)
  }

  var isTrue: Bool {
    switch self {
    case .undefined, .none: false
    case .boolean(let flag): flag
    case .integer(let value): value != 0
    case .number(let value): value != 0
    case .string(let string): !string.isEmpty
    case .list(let list): !list.items.isEmpty
    case .map(let map): !map.entries.isEmpty
    case .namespace, .loop, .function: true
    }
  }

  var isUndefined: Bool { if case .undefined = self { true } else { false } }

  var kindName: String {
    switch self {
    case .undefined(let name): "undefined (\(name))"
    case .none: "none"
    case .boolean: "a boolean"
    case .integer: "an integer"
    case .number: "a number"
    case .string: "a string"
    case .list(let list): list.isTuple ? "a tuple" : "a list"
    case .map: "a map"
    case .namespace: "a namespace"
    case .loop: "a loop"
    case .function: "a function"
    }
  }

  /// As a whole number, as which true and false count, too.
  var integer: Int? {
    switch self {
    case .boolean(let flag): flag ? 1 : 0
    case .integer(let value): value
    default: nil
    }
  }

  var double: Double? {
    if case .number(let value) = self { return value }
    return integer.map { Double($0) }
  }

  var key: TemplateMap.Key? {
    switch self {
    case .none: return TemplateMap.Key.none
    case .boolean, .integer: return integer.map { .integer($0) }
    case .number(let value): return Int(exactly: value).map { .integer($0) } ?? .number(value)
    case .string(let string): return .string(string)
    default: return nil
    }
  }

  static func equal(_ left: TemplateValue, _ right: TemplateValue) -> Bool {
    switch (left, right) {
    case (.undefined, .undefined), (.none, .none): return true
    case (.string(let left), .string(let right)): return left == right
    case (.list(let left), .list(let right)):
      return left.isTuple == right.isTuple && left.items.count == right.items.count
        && zip(left.items, right.items).allSatisfy { equal($0, $1) }
    case (.map(let left), .map(let right)):
      return left.entries.count == right.entries.count
        && left.entries.allSatisfy { entry in
          entry.key.key.flatMap { right[$0] }.map { equal($0, entry.value) } ?? false
        }
    case (.namespace(let left), .namespace(let right)): return left === right
    case (.loop(let left), .loop(let right)): return left === right
    default:
      if let left = left.integer, let right = right.integer { return left == right }
      if let left = left.double, let right = right.double { return left == right }
      return false
    }
  }

  /// Whether one comes before the other.
  static func less(
    _ left: TemplateValue, _ right: TemplateValue
  ) throws(TemplateFailure) -> Bool {
    switch (left, right) {
    case (.string(let left), .string(let right)): return left < right
    case (.list(let left), .list(let right)) where left.isTuple == right.isTuple:
      for (left, right) in zip(left.items, right.items) where !equal(left, right) {
        return try less(left, right)
      }
      return left.items.count < right.items.count
    default:
      if let left = left.integer, let right = right.integer { return left < right }
      if let left = left.double, let right = right.double { return left < right }
      throw TemplateFailure("\(left.kindName) and \(right.kindName) have no order")
    }
  }
}
