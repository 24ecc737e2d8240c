extension SchemaConverter {
  /// What stands in a JSON string as it is.
  static let plain = CodePointSet([0x20...0x21, 0x23...0x5B, 0x5D...0x7E, 0x80...CodePointSet.last])

  private static let digit = GrammarExpression.range("0", "9")
  private static let hexDigit = GrammarExpression.characters("0123456789abcdefABCDEF")

  /// A character of a string, or its escape; halves of surrogate pairs only together.
  private static let character: GrammarExpression = {
    let surrogates: [GrammarExpression] = [
      .characters("dD"), .characters("89abAB"), .exactly(2, hexDigit), .literal("\\u"),
      .characters("dD"), .characters("cdefCDEF"), .exactly(2, hexDigit),
    ]
    let unit: GrammarExpression = .alternatives([
      .sequence([.characters("0123456789abcefABCEF"), .exactly(3, hexDigit)]),
      .sequence([.characters("dD"), .range("0", "7"), .exactly(2, hexDigit)]),
      .sequence(surrogates),
    ])
    return .alternatives([
      .codePoint(plain),
      .sequence([
        .characters("\\"),
        .alternatives([.characters("\"\\/bfnrt"), .sequence([.characters("u"), unit])]),
      ]),
    ])
  }()

  private static func quoted(_ content: GrammarExpression) -> GrammarExpression {
    .sequence([.characters("\""), content, .characters("\"")])
  }

  var anyString: GrammarExpression {
    mutating get { once("string") { _ in Self.quoted(.any(Self.character)) } }
  }

  mutating func string(
    _ object: JSONObject, at place: String
  ) throws(LMError) -> GrammarExpression {
    let hasLength = object["minLength"] != nil || object["maxLength"] != nil
    let (minimum, maximum) = try bounds("minLength", "maxLength", of: object, at: place)
    if let value = object["pattern"] {
      if hasLength || object["format"] != nil {
        throw unsupported(place, "'pattern' beside a length or a format")
      }
      guard let pattern = value.stringValue else { throw error(place + "/pattern", "no string") }
      var parser = SchemaPattern(pattern, place: place + "/pattern")
      return .rule(rules.add(place, Self.quoted(try parser.parse())))
    }
    if let value = object["format"] {
      if hasLength { throw unsupported(place, "'format' beside a length") }
      guard let format = value.stringValue else { throw error(place + "/format", "no string") }
      return try once(format, at: place)
    }
    if !hasLength { return anyString }
    return .rule(
      rules.add(
        place, Self.quoted(.repeated(Self.character, minimum: minimum, maximum: maximum))))
  }

  private mutating func once(_ format: String, at place: String) throws(LMError)
    -> GrammarExpression
  {
    let content: GrammarExpression
    switch format {
    case "date": content = Self.date
    case "time": content = Self.time
    case "date-time": content = .sequence([Self.date, .characters("T"), Self.time])
    case "uuid":
      let groups = [8, 4, 4, 4, 12].map { GrammarExpression.exactly($0, Self.hexDigit) }
      content = .sequence(groups.flatMap { [.characters("-"), $0] }.dropFirst().map { $0 })
    default: throw unsupported(place, "the format '\(format)'")
    }
    return once("format \(format)") { _ in Self.quoted(content) }
  }

  /// A day that its month can have; February has 29 in any year.
  private static let date: GrammarExpression = {
    func days(_ months: [String], _ last: [GrammarExpression]) -> GrammarExpression {
      let upTo29: GrammarExpression = .alternatives([
        .sequence([.characters("0"), .range("1", "9")]),
        .sequence([.characters("12"), digit]),
      ])
      return .sequence([
        .alternatives(months.map { .literal($0) }), .characters("-"),
        .alternatives([upTo29] + last),
      ])
    }
    return .sequence([
      .exactly(4, digit), .characters("-"),
      .alternatives([
        days(
          ["01", "03", "05", "07", "08", "10", "12"],
          [.sequence([.characters("3"), .characters("01")])]),
        days(["04", "06", "09", "11"], [.literal("30")]),
        days(["02"], []),
      ]),
    ])
  }()

  private static let time: GrammarExpression = {
    let hour: GrammarExpression = .alternatives([
      .sequence([.characters("01"), digit]), .sequence([.characters("2"), .range("0", "3")]),
    ])
    let sixty: GrammarExpression = .sequence([.range("0", "5"), digit])
    return .sequence([
      hour, .characters(":"), sixty, .characters(":"), sixty,
      .optional(
        .sequence([.characters("."), .repeated(digit, minimum: 1, maximum: 9)])),
      .alternatives([
        .characters("Z"), .sequence([.characters("+-"), hour, .characters(":"), sixty]),
      ]),
    ])
  }()

  // MARK: Numbers

  var number: GrammarExpression {
    mutating get {
      once("number") { _ in
        .sequence([
          .optional(.characters("-")),
          .alternatives([.characters("0"), Self.positive]),
          .optional(
            .sequence([.characters("."), .repeated(Self.digit, minimum: 1, maximum: 16)])),
          .optional(
            .sequence([
              .characters("eE"), .optional(.characters("+-")),
              .repeated(Self.digit, minimum: 1, maximum: 2),
            ])),
        ])
      }
    }
  }

  /// Up to 18 digits, which an `Int` holds.
  private static let positive = GrammarExpression.sequence([
    .range("1", "9"), .repeated(digit, minimum: 0, maximum: 17),
  ])

  mutating func integer(
    _ object: JSONObject, at place: String
  ) throws(LMError) -> GrammarExpression {
    var least: Int?
    var greatest: Int?
    for (key, value) in object where Self.typesOfKeywords[key] == "integer" {
      guard let bound = value.doubleValue else { throw error("\(place)/\(key)", "no number") }
      let isLower = key == "minimum" || key == "exclusiveMinimum"
      guard let nearest = Self.nearest(to: value, isLower, isExclusive: key.hasPrefix("e")) else {
        // Past what an `Int` holds it bounds nothing, or everything.
        if (bound < 0) == isLower { continue }
        throw error("\(place)/\(key)", "no integer is so large")
      }
      if isLower {
        least = max(least ?? .min, nearest)
      } else {
        greatest = min(greatest ?? .max, nearest)
      }
    }
    if least == nil && greatest == nil {
      return once("integer") { _ in
        .alternatives([
          .characters("0"), .sequence([.optional(.characters("-")), Self.positive]),
        ])
      }
    }
    let widest = 999_999_999_999_999_999
    let low = least ?? min(-widest, greatest!)
    let high = greatest ?? max(widest, least!)
    if low > high { throw error(place, "no integer is within its bounds") }
    var alternatives: [GrammarExpression] = []
    if low < 0 {
      let fewest = Self.digits(of: high < 0 ? high.magnitude : 1)
      alternatives.append(
        .sequence([.characters("-"), Self.between(fewest, Self.digits(of: low.magnitude))]))
    }
    if high >= 0 {
      alternatives.append(
        Self.between(Self.digits(of: UInt(max(low, 0))), Self.digits(of: UInt(high))))
    }
    return .rule(rules.add(place, .alternatives(alternatives)))
  }

  /// The integer nearest to a bound that it allows; nil where no `Int` is.
  private static func nearest(
    to bound: JSONValue, _ isLower: Bool, isExclusive: Bool
  ) -> Int? {
    guard let whole = bound.intValue else {
      return Int(exactly: (bound.doubleValue ?? 0).rounded(isLower ? .up : .down))
    }
    if !isExclusive { return whole }
    let (moved, isOver) = whole.addingReportingOverflow(isLower ? 1 : -1)
    return isOver ? nil : moved
  }

  private static func digits(of number: UInt) -> [UInt8] {
    String(number).utf8.map { $0 - 0x30 }
  }

  /// Numbers from one to another, by their digits.
  private static func between(_ low: [UInt8], _ high: [UInt8]) -> GrammarExpression {
    var alternatives: [GrammarExpression] = []
    for count in low.count...high.count {
      let first = count == low.count ? low : [1] + [UInt8](repeating: 0, count: count - 1)
      let last = count == high.count ? high : [UInt8](repeating: 9, count: count)
      alternatives.append(sameLength(first[...], last[...]))
    }
    return .alternatives(alternatives)
  }

  private static func sameLength(
    _ low: ArraySlice<UInt8>, _ high: ArraySlice<UInt8>
  ) -> GrammarExpression {
    guard let first = low.first, let last = high.first else { return .empty }
    if low.allSatisfy({ $0 == 0 }) && high.allSatisfy({ $0 == 9 }) {
      return .exactly(low.count, digit)
    }
    func single(_ from: UInt8, _ to: UInt8) -> GrammarExpression {
      .codePoint(CodePointSet([UInt32(from) + 0x30...UInt32(to) + 0x30]))
    }
    let (lowRest, highRest) = (low.dropFirst(), high.dropFirst())
    if first == last { return .sequence([single(first, first), sameLength(lowRest, highRest)]) }
    let nines = [UInt8](repeating: 9, count: lowRest.count)[...]
    let zeros = [UInt8](repeating: 0, count: lowRest.count)[...]
    var alternatives: [GrammarExpression] = [
      .sequence([single(first, first), sameLength(lowRest, nines)])
    ]
    if last - first > 1 {
      alternatives.append(
        .sequence([single(first + 1, last - 1), .exactly(lowRest.count, digit)]))
    }
    alternatives.append(.sequence([single(last, last), sameLength(zeros, highRest)]))
    return .alternatives(alternatives)
  }
}
