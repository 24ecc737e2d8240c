extension TemplateEvaluator {
  func apply(
    _ filter: TemplateSyntax.Filter, to value: TemplateValue
  ) throws(TemplateFailure) -> TemplateValue {
    let arguments = try evaluate(filter.arguments)
    offset = filter.offset
    return try apply(filter.name, to: value, arguments)
  }

  /// `value | name(arguments)`.
  private func apply(
    _ name: String, to value: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    try enter(offset)
    defer { leave() }
    try read(value)
    let result =
      switch name {
      case "default", "d": defaulted(value, arguments)
      case "tojson": try json(value, arguments)
      case "length", "count": try length(value)
      case "items": try pairs(value)
      case "list": try TemplateValue.list(try items(of: value))
      case "first": try items(of: value).first ?? .undefined("'first' of nothing")
      case "last": try items(of: value).last ?? .undefined("'last' of nothing")
      case "reverse": try reversed(value)
      case "abs": try magnitude(value)
      case "int": whole(value, arguments)
      case "float": decimal(value, arguments)
      case "round": try rounded(value, arguments)
      case "attr": try member(of: value, try arguments.string(0, "name").text)
      case "map": try mapped(value, arguments)
      case "select", "reject", "selectattr", "rejectattr":
        try selected(name, value, arguments)
      case "join", "unique", "sort", "sum", "min", "max", "dictsort":
        try listFilter(name, value, arguments)
      default: try textFilter(name, value, arguments)
      }
    return try made(result)
  }

  // MARK: Any value

  private func defaulted(_ value: TemplateValue, _ arguments: TemplateArguments) -> TemplateValue {
    let replacesFalse = arguments.value(1, "boolean")?.isTrue ?? false
    guard value.isUndefined || (replacesFalse && !value.isTrue) else { return value }
    return arguments.value(0, "default_value") ?? .text("")
  }

  private func json(
    _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    try charge(value.size)
    var indent: TemplateString?
    switch arguments.value(1, "indent") {
    case nil, TemplateValue.none?: break
    case .string(let text)?: indent = text
    case let width?:
      guard let width = width.integer, width <= 64 else {
        throw TemplateFailure("tojson: the indent is no width up to 64")
      }
      indent = TemplateString(String(repeating: " ", count: max(width, 0)))
    }
    var style = TemplateValue.JSONStyle(
      indent: indent, itemSeparator: indent == nil ? ", " : ",")
    if case .list(let pair)? = arguments.value(2, "separators"), pair.items.count == 2,
      case .string(let item) = pair.items[0], case .string(let key) = pair.items[1]
    {
      (style.itemSeparator, style.keySeparator) = (item, key)
    }
    style.escapesAll = arguments.value(0, "ensure_ascii")?.isTrue ?? false
    style.sortsKeys = arguments.value(3, "sort_keys")?.isTrue ?? false
    return .string(try value.json(style))
  }

  private func length(_ value: TemplateValue) throws(TemplateFailure) -> TemplateValue {
    switch value {
    case .undefined: return .integer(0)
    case .string(let string): return .integer(string.count)
    case .list(let list): return .integer(list.items.count)
    case .map(let map): return .integer(map.entries.count)
    default: throw TemplateFailure("\(value.kindName) has no length")
    }
  }

  private func pairs(_ value: TemplateValue) throws(TemplateFailure) -> TemplateValue {
    switch value {
    case .undefined: return try .list([])
    case .map(let map): return try pairs(of: map)
    default: throw TemplateFailure("items: \(value.kindName) is no map")
    }
  }

  private func reversed(_ value: TemplateValue) throws(TemplateFailure) -> TemplateValue {
    if case .string(let string) = value {
      return .string(string.picking((0..<string.count).reversed()))
    }
    return try .list(try items(of: value).reversed())
  }

  // MARK: Numbers

  private func magnitude(_ value: TemplateValue) throws(TemplateFailure) -> TemplateValue {
    if case .number(let number) = value { return .number(number.magnitude) }
    guard let integer = value.integer, integer != .min else {
      throw TemplateFailure("abs: \(value.kindName) is no number")
    }
    return .integer(abs(integer))
  }

  private func whole(_ value: TemplateValue, _ arguments: TemplateArguments) -> TemplateValue {
    let fallback = arguments.value(0, "default") ?? .integer(0)
    switch value {
    case .boolean, .integer: return value.integer.map { .integer($0) } ?? fallback
    case .number(let number):
      return Int(exactly: number.rounded(.towardZero)).map { .integer($0) } ?? fallback
    case .string(let string):
      let text = string.trimmed().text
      if let integer = Int(text) { return .integer(integer) }
      let number = Self.number(text)
      return number.flatMap { Int(exactly: $0.rounded(.towardZero)) }.map { .integer($0) }
        ?? fallback
    default: return fallback
    }
  }

  private func decimal(_ value: TemplateValue, _ arguments: TemplateArguments) -> TemplateValue {
    if let number = value.double { return .number(number) }
    if case .string(let string) = value, let number = Self.number(string.trimmed().text) {
      return .number(number)
    }
    return arguments.value(0, "default") ?? .number(0)
  }

  /// A number in decimal digits, which is all that the language reads.
  private static func number(_ text: String) -> Double? {
    text.utf8.contains { $0 == 0x78 || $0 == 0x58 } ? nil : Double(text)
  }

  private func rounded(
    _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    guard let number = value.double else {
      throw TemplateFailure("round: \(value.kindName) is no number")
    }
    let digits = arguments.value(0, "precision")?.integer ?? 0
    guard (0...15).contains(digits) else { throw TemplateFailure("round: 0 to 15 digits") }
    let method = try arguments.value(1, "method")?.written().text ?? "common"
    if method == "common", let whole = value.integer { return .integer(whole) }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let rule: FloatingPointRoundingRule =
      switch method {
      case "ceil": .up
      case "floor": .down
      default: .toNearestOrEven
      }
    let result = (number * scale).rounded(rule) / scale
    return .number(result.isFinite ? result : number)
  }

  // MARK: Each element

  /// `value.a.b`, with whole numbers for the places of lists.
  private func attribute(
    _ path: TemplateValue, of value: TemplateValue
  ) throws(TemplateFailure) -> TemplateValue {
    guard case .string(let path) = path else { return try element(of: value, path) }
    var value = value
    for part in path.split(".") {
      try charge(1)
      let key = Int(part.text).map { TemplateValue.integer($0) } ?? .string(part)
      value = try element(of: value, key)
    }
    return value
  }

  private func mapped(
    _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    var results: [TemplateValue] = []
    if let path = arguments.value(.max, "attribute") {
      let fallback = arguments.value(.max, "default")
      for item in try items(of: value) {
        let found = try attribute(path, of: item)
        results.append(found.isUndefined ? fallback ?? found : found)
      }
      return try .list(results)
    }
    var rest = arguments
    let name = try arguments.string(0, "filter").text
    rest.positional.removeFirst(min(1, rest.positional.count))
    for item in try items(of: value) { results.append(try apply(name, to: item, rest)) }
    return try .list(results)
  }

  private func selected(
    _ name: String, _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    var rest = arguments
    var path: TemplateValue?
    if name.hasSuffix("attr") {
      guard let first = rest.positional.first else {
        throw TemplateFailure("\(name): the name of a member is expected")
      }
      path = first
      rest.positional.removeFirst()
    }
    var test: String?
    if !rest.positional.isEmpty {
      test = try rest.string(0, "test").text
      rest.positional.removeFirst()
    }
    var kept: [TemplateValue] = []
    for item in try items(of: value) {
      let part = if let path { try attribute(path, of: item) } else { item }
      let holds = if let test { try self.holds(test, part, rest) } else { part.isTrue }
      if holds == name.hasPrefix("select") { kept.append(item) }
    }
    return try .list(kept)
  }

  // MARK: Lists

  private func listFilter(
    _ name: String, _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    switch name {
    case "join":
      var parts: [TemplateString] = []
      let path = arguments.value(1, "attribute")
      for item in try items(of: value) {
        let part = if let path { try attribute(path, of: item) } else { item }
        try charge(part.size)
        parts.append(try part.written())
      }
      return .string(try joined(parts, by: try arguments.value(0, "d")?.written() ?? ""))
    case "sum":
      var sum = arguments.value(1, "start") ?? .integer(0)
      let path = arguments.value(0, "attribute")
      for item in try items(of: value) {
        let part = if let path { try attribute(path, of: item) } else { item }
        sum = try made(arithmetic(.add, sum, part))
      }
      return sum
    case "unique":
      let keys = try sortKeys(value, arguments, 0)
      var seen: Set<TemplateMap.Key> = []
      var kept: [TemplateValue] = []
      for (key, item) in keys {
        guard let hash = key.key else {
          throw TemplateFailure("unique: \(key.kindName) cannot be compared so")
        }
        if seen.insert(hash).inserted { kept.append(item) }
      }
      return try .list(kept)
    case "min", "max":
      var best: (key: TemplateValue, item: TemplateValue)?
      for entry in try sortKeys(value, arguments, 0) {
        guard let current = best else {
          best = entry
          continue
        }
        let isBetter =
          name == "min"
          ? try TemplateValue.less(entry.key, current.key)
          : try TemplateValue.less(current.key, entry.key)
        if isBetter { best = entry }
      }
      return best?.item ?? .undefined("'\(name)' of nothing")
    case "dictsort":
      guard case .map(let map) = value else {
        throw TemplateFailure("dictsort: \(value.kindName) is no map")
      }
      let isByValue = try arguments.value(1, "by")?.written() == "value"
      let foldsCase = !(arguments.value(0, "case_sensitive")?.isTrue ?? false)
      var entries: [(key: TemplateValue, item: TemplateValue)] = []
      for (key, value) in map.entries {
        entries.append(
          (
            Self.folded(isByValue ? value : key, foldsCase),
            .list(try TemplateList([key, value], isTuple: true))
          ))
      }
      return try .list(try sorted(entries, arguments.value(2, "reverse")?.isTrue ?? false))
    default:
      return try .list(
        try sorted(
          try sortKeys(value, arguments, 1), arguments.value(0, "reverse")?.isTrue ?? false))
    }
  }

  private static func folded(_ value: TemplateValue, _ foldsCase: Bool) -> TemplateValue {
    if foldsCase, case .string(let string) = value { return .string(string.lowercased()) }
    return value
  }

  /// What elements are compared by: arguments from `first` on are `case_sensitive` and `attribute`.
  private func sortKeys(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ first: Int
  ) throws(TemplateFailure) -> [(key: TemplateValue, item: TemplateValue)] {
    let foldsCase = !(arguments.value(first, "case_sensitive")?.isTrue ?? false)
    let path = arguments.value(first + 1, "attribute")
    var entries: [(key: TemplateValue, item: TemplateValue)] = []
    for item in try items(of: value) {
      let key = if let path { try attribute(path, of: item) } else { item }
      try charge(key.size)
      entries.append((Self.folded(key, foldsCase), item))
    }
    return entries
  }

  /// Stable, and merging from the bottom up.
  private func sorted(
    _ entries: [(key: TemplateValue, item: TemplateValue)], _ isReversed: Bool
  ) throws(TemplateFailure) -> [TemplateValue] {
    var sorted = entries
    var width = 1
    while width < sorted.count {
      var merged: [(key: TemplateValue, item: TemplateValue)] = []
      for start in stride(from: 0, to: sorted.count, by: 2 * width) {
        var left = sorted[start..<min(start + width, sorted.count)]
        var right = sorted[left.endIndex..<min(start + 2 * width, sorted.count)]
        while let first = left.first, let second = right.first {
          try charge(1 + min(first.key.size, second.key.size) / 4)
          let takesSecond =
            isReversed
            ? try TemplateValue.less(first.key, second.key)
            : try TemplateValue.less(second.key, first.key)
          merged.append(takesSecond ? right.removeFirst() : left.removeFirst())
        }
        merged += left
        merged += right
      }
      sorted = merged
      width *= 2
    }
    return sorted.map(\.item)
  }

  // MARK: Text

  private func textFilter(
    _ name: String, _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    try charge(value.size)
    if name == "indent" {
      guard case .string(let string) = value else {
        throw TemplateFailure("indent: \(value.kindName) is no string")
      }
      return .string(try indented(string, arguments))
    }
    let string = try value.written()
    switch name {
    case "string", "safe": return .string(string)
    case "trim": return .string(string.trimmed(.both, of: try arguments.optionalString(0, "chars")))
    case "lower": return .string(string.lowercased())
    case "upper": return .string(string.uppercased())
    case "capitalize": return .string(string.capitalized())
    case "title":
      return .string(
        string.titled { TemplateString.isSpace($0) || "-({[<".unicodeScalars.contains($0) })
    case "wordcount": return .integer(string.words().count)
    case "replace":
      return .string(
        try replaced(
          string, try arguments.string(0, "old"), try arguments.string(1, "new"),
          limit: arguments.value(2, "count")?.integer))
    default: throw TemplateFailure("there is no filter '\(name.prefix(40))'")
    }
  }

  private func indented(
    _ string: TemplateString, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateString {
    var indent: TemplateString = "    "
    switch arguments.value(0, "width") {
    case nil: break
    case .string(let text)?: indent = text
    case let width?:
      guard let width = width.integer, width <= 1024 else {
        throw TemplateFailure("indent: the width is no number up to 1024")
      }
      indent = TemplateString(String(repeating: " ", count: max(width, 0)))
    }
    let setsFirst = arguments.value(1, "first")?.isTrue ?? false
    let setsBlank = arguments.value(2, "blank")?.isTrue ?? false
    // An end of line after the text makes the last one an empty line, as in the text itself.
    let lines = (string + "\n").lines()
    try bound(string.bytes.count, plus: lines.count, of: indent.bytes.count)
    var result: [UInt8] = []
    for (index, line) in lines.enumerated() {
      if index > 0 { result.append(0x0A) }
      if index == 0 ? setsFirst : setsBlank || !line.isEmpty { result += indent.bytes }
      result += line.bytes
    }
    return TemplateString(bytes: result)
  }
}
