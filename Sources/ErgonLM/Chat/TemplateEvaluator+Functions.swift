extension TemplateEvaluator {
  func callGlobal(
    _ name: String, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    switch name {
    case "range": return try range(arguments)
    case "namespace": return try makeNamespace(try members(arguments))
    case "dict":
      var map = TemplateMap()
      if case .map(let first)? = arguments.positional.first { map = first }
      for (key, value) in arguments.named { try map.set(.text(key), value) }
      return .map(map)
    case "raise_exception":
      let words = try arguments.value(0, "message")?.written().text ?? "no reason given"
      throw TemplateFailure(words, isRefusal: true)
    case "strftime_now":
      let pattern = try arguments.string(0, "format").text
      guard let text = now.formatted(pattern) else {
        throw TemplateFailure("strftime_now: '\(pattern.prefix(40))' has an unknown letter")
      }
      return .text(text)
    default: throw TemplateFailure("'\(name)' cannot be called")
    }
  }

  private func members(
    _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> [String: TemplateValue] {
    var values: [String: TemplateValue] = [:]
    if case .map(let map)? = arguments.positional.first {
      for (key, value) in map.entries { values[try key.written().text] = value }
    }
    for (name, value) in arguments.named { values[name] = value }
    return values
  }

  private func range(_ arguments: TemplateArguments) throws(TemplateFailure) -> TemplateValue {
    var bounds: [Int] = []
    for value in arguments.positional {
      guard let bound = value.integer else {
        throw TemplateFailure("range: \(value.kindName) is no whole number")
      }
      bounds.append(bound)
    }
    guard (1...3).contains(bounds.count) else {
      throw TemplateFailure("range: 1 to 3 numbers expected, not \(bounds.count)")
    }
    let (start, end) = bounds.count == 1 ? (0, bounds[0]) : (bounds[0], bounds[1])
    let step = bounds.count == 3 ? bounds[2] : 1
    guard step != 0 else { throw TemplateFailure("range: the step is 0") }
    // Subtracted as bits: the way may be longer than a signed number holds.
    let distance = UInt(bitPattern: step > 0 ? end &- start : start &- end)
    let isEmpty = step > 0 ? start >= end : start <= end
    guard isEmpty || (distance - 1) / step.magnitude < Self.maxRange else {
      throw TemplateFailure("range: more than \(Self.maxRange) numbers")
    }
    return .list(try TemplateList(stride(from: start, to: end, by: step).map { .integer($0) }))
  }

  // MARK: Methods

  private static let stringMethods: Set<String> = [
    "upper", "lower", "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "startswith",
    "endswith", "replace", "join", "find", "rfind", "count", "title", "capitalize", "isdigit",
    "isalpha", "isalnum", "isspace", "isupper", "islower", "removeprefix", "removesuffix",
    "partition", "rpartition",
  ]
  private static let mapMethods: Set<String> = ["get", "items", "keys", "values", "copy"]

  /// What can be called on a value; nothing that would change it.
  static func methods(of value: TemplateValue) -> Set<String> {
    switch value {
    case .string: stringMethods
    case .map: mapMethods
    case .list: ["index", "count"]
    default: []
    }
  }

  func callMethod(
    _ name: String, of owner: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    switch owner {
    case .string(let string): return try callMethod(name, of: string, arguments)
    case .map(let map): return try callMethod(name, of: map, arguments)
    case .loop(let loop): return try callMethod(name, of: loop, arguments)
    case .list(let list):
      guard let item = arguments.positional.first else {
        throw TemplateFailure("\(name): an element is expected")
      }
      try charge(list.size / 4)
      if name == "count" {
        return .integer(list.items.count { TemplateValue.equal($0, item) })
      }
      guard let index = list.items.firstIndex(where: { TemplateValue.equal($0, item) }) else {
        throw TemplateFailure("index: the list has no such element")
      }
      return .integer(index)
    default: throw TemplateFailure("\(owner.kindName) has no '\(name)'")
    }
  }

  private func callMethod(
    _ name: String, of map: TemplateMap, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    switch name {
    case "get":
      guard let key = arguments.positional.first else {
        throw TemplateFailure("get: a key is expected")
      }
      return key.key.flatMap { map[$0] } ?? arguments.value(1, "default") ?? .none
    case "keys": return try .list(map.entries.map(\.key))
    case "values": return try .list(map.entries.map(\.value))
    case "items": return try pairs(of: map)
    default: return .map(map)
    }
  }

  func pairs(of map: TemplateMap) throws(TemplateFailure) -> TemplateValue {
    var pairs: [TemplateValue] = []
    for (key, value) in map.entries {
      pairs.append(.list(try TemplateList([key, value], isTuple: true)))
    }
    return try .list(pairs)
  }

  private func callMethod(
    _ name: String, of loop: TemplateLoop, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    let values = arguments.positional
    if name == "cycle" {
      guard !values.isEmpty else { throw TemplateFailure("cycle: values are expected") }
      return values[loop.index % values.count]
    }
    watch(loop)
    for value in values { try charge(value.size / 4) }
    if let watched = loop.watched, watched.count == values.count,
      zip(watched, values).allSatisfy({ TemplateValue.equal($0, $1) })
    {
      return .boolean(false)
    }
    loop.watched = values
    return .boolean(true)
  }

  private func callMethod(
    _ name: String, of string: TemplateString, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    switch name {
    case "upper": return .string(string.uppercased())
    case "lower": return .string(string.lowercased())
    case "capitalize": return .string(string.capitalized())
    case "title": return .string(string.titled { !$0.properties.isAlphabetic })
    case "strip":
      return .string(string.trimmed(.both, of: try arguments.optionalString(0, "chars")))
    case "lstrip":
      return .string(string.trimmed(.left, of: try arguments.optionalString(0, "chars")))
    case "rstrip":
      return .string(string.trimmed(.right, of: try arguments.optionalString(0, "chars")))
    case "split", "rsplit": return try split(string, arguments, fromEnd: name == "rsplit")
    case "splitlines":
      let keepsEnds = arguments.value(0, "keepends")?.isTrue ?? false
      return try list(string.lines(keepingEnds: keepsEnds))
    case "startswith", "endswith": return .boolean(try hasEnd(name, string, arguments))
    case "removeprefix", "removesuffix":
      let part = try arguments.string(0, "part")
      let bytes = string.bytes
      if name == "removeprefix" {
        let has = string.hasPrefix(part)
        return .string(has ? TemplateString(bytes: bytes.dropFirst(part.bytes.count)) : string)
      }
      let has = string.hasSuffix(part)
      return .string(has ? TemplateString(bytes: bytes.dropLast(part.bytes.count)) : string)
    case "replace":
      return .string(
        try replaced(
          string, try arguments.string(0, "old"), try arguments.string(1, "new"),
          limit: arguments.value(2, "count")?.integer))
    case "join":
      guard let list = arguments.positional.first else {
        throw TemplateFailure("join: a list is expected")
      }
      var parts: [TemplateString] = []
      for item in try items(of: list) {
        guard case .string(let part) = item else {
          throw TemplateFailure("join: \(item.kindName) is no string")
        }
        parts.append(part)
      }
      return .string(try joined(parts, by: string))
    case "find", "rfind":
      let part = try arguments.string(0, "sub")
      try chargeSearch(string, part)
      return .integer(string.find(part, fromEnd: name == "rfind") ?? -1)
    case "count":
      let part = try arguments.string(0, "sub")
      try chargeSearch(string, part)
      return .integer(string.occurrences(of: part))
    case "partition", "rpartition":
      let separator = try separator(arguments)
      try chargeSearch(string, separator)
      return try partition(string, separator, fromEnd: name == "rpartition")
    default: return .boolean(Self.isOnly(name, string))
    }
  }

  private func separator(_ arguments: TemplateArguments) throws(TemplateFailure) -> TemplateString {
    let separator = try arguments.string(0, "sep")
    guard !separator.isEmpty else { throw TemplateFailure("the separator is empty") }
    return separator
  }

  private func split(
    _ string: TemplateString, _ arguments: TemplateArguments, fromEnd: Bool
  ) throws(TemplateFailure) -> TemplateValue {
    let limit = arguments.value(1, "maxsplit")?.integer ?? -1
    guard try arguments.optionalString(0, "sep") != nil else {
      guard !fromEnd || limit < 0 else {
        throw TemplateFailure("rsplit: with a limit it needs a separator")
      }
      return try list(string.words(limit: limit))
    }
    let separator = try separator(arguments)
    try chargeSearch(string, separator)
    let parts =
      fromEnd
      ? string.splitFromEnd(separator, limit: limit) : string.split(separator, limit: limit)
    return try list(parts)
  }

  /// Strings that were made one by one, which cost more than their letters.
  private func list(_ parts: [TemplateString]) throws(TemplateFailure) -> TemplateValue {
    try charge(parts.count * Self.stringCost)
    return try .list(parts.map { .string($0) })
  }

  private func partition(
    _ string: TemplateString, _ separator: TemplateString, fromEnd: Bool
  ) throws(TemplateFailure) -> TemplateValue {
    let parts =
      fromEnd
      ? string.splitFromEnd(separator, limit: 1) : string.split(separator, limit: 1)
    let three: [TemplateString] =
      parts.count == 2
      ? [parts[0], separator, parts[1]] : fromEnd ? ["", "", string] : [string, "", ""]
    return .list(try TemplateList(three.map { .string($0) }, isTuple: true))
  }

  private func hasEnd(
    _ name: String, _ string: TemplateString, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> Bool {
    var parts = [arguments.positional.first ?? .none]
    if case .list(let list) = parts[0], list.isTuple { parts = list.items }
    for part in parts {
      guard case .string(let part) = part else {
        throw TemplateFailure("\(name): \(part.kindName) is no string")
      }
      if name == "startswith" ? string.hasPrefix(part) : string.hasSuffix(part) { return true }
    }
    return false
  }

  /// `isdigit` and its like: of every scalar, and of one at least.
  private static func isOnly(_ name: String, _ string: TemplateString) -> Bool {
    let all = string.scalars.map(\.properties)
    guard !all.isEmpty else { return false }
    func isLetter(_ properties: Unicode.Scalar.Properties) -> Bool {
      switch properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
      default: false
      }
    }
    switch name {
    case "isspace": return string.scalars.allSatisfy(TemplateString.isSpace)
    case "isalpha": return all.allSatisfy(isLetter)
    case "isdigit":
      return all.allSatisfy { $0.numericType == .decimal || $0.numericType == .digit }
    case "isalnum": return all.allSatisfy { isLetter($0) || $0.numericType != nil }
    case "isupper":
      return all.contains { $0.isUppercase } && !all.contains { $0.isLowercase }
    default: return all.contains { $0.isLowercase } && !all.contains { $0.isUppercase }
    }
  }

  // MARK: What strings cost

  /// Charges for looking for one string in another, which may compare each byte with each.
  func chargeSearch(_ string: TemplateString, _ part: TemplateString) throws(TemplateFailure) {
    let (cost, overflow) = string.bytes.count.multipliedReportingOverflow(by: part.bytes.count)
    try charge(overflow ? Self.maxSteps + 1 : string.bytes.count / 64 + cost / 64)
  }

  func replaced(
    _ string: TemplateString, _ old: TemplateString, _ new: TemplateString, limit: Int?
  ) throws(TemplateFailure) -> TemplateString {
    try chargeSearch(string, old)
    let limit = limit.map { $0 < 0 ? Int.max : $0 } ?? .max
    let times = min(limit, string.occurrences(of: old))
    try bound(string.bytes.count, plus: times, of: new.bytes.count)
    return string.replacing(old, with: new, limit: limit)
  }

  func joined(
    _ parts: [TemplateString], by separator: TemplateString
  ) throws(TemplateFailure) -> TemplateString {
    try bound(
      parts.reduce(0) { $0 + $1.bytes.count }, plus: max(parts.count - 1, 0),
      of: separator.bytes.count)
    return .joining(parts, by: separator)
  }

  func bound(_ bytes: Int, plus times: Int, of size: Int) throws(TemplateFailure) {
    let (more, overflow) = times.multipliedReportingOverflow(by: size)
    guard !overflow, more <= Self.maxOutput else { return try bound(.max) }
    try bound(bytes + more)
    try charge((bytes + more) / 16)
  }
}

extension TemplateArguments {
  func string(_ index: Int, _ name: String) throws(TemplateFailure) -> TemplateString {
    guard let value = value(index, name) else { throw TemplateFailure("'\(name)' is missing") }
    guard case .string(let string) = value else {
      throw TemplateFailure("'\(name)' is \(value.kindName), not a string")
    }
    return string
  }

  /// Nil where it is not given, or none.
  func optionalString(_ index: Int, _ name: String) throws(TemplateFailure) -> TemplateString? {
    switch value(index, name) {
    case nil: return nil
    case TemplateValue.none?: return nil
    default: return try string(index, name)
    }
  }
}
