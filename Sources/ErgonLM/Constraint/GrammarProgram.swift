/// A grammar's rules as steps: small automata that call one another.
///
/// A rule's automaton holds its alternatives and repetitions, so that only a call of another rule
/// takes a frame of the stack.
struct GrammarProgram: Sendable {
  enum Step: Sendable, Equatable {
    /// A code point of the set whose bytes begin at this node; then the next step.
    case codePoint(UInt32)
    /// A rule; then the next step.
    case call(UInt32)
    /// Both of two steps.
    case split(UInt32, UInt32)
    case jump(UInt32)
    /// Back to the caller.
    case end
  }

  private(set) var steps: [Step] = []
  /// Where each rule begins.
  private(set) var starts: [UInt32] = []
  let names: [String]
  private(set) var bytes = ByteAutomaton()
  let root: UInt32
  /// Whether a step can lead to its rule's end; those that cannot are never taken.
  private(set) var isLive: [Bool] = []
  /// Whether nothing but the rule's end comes behind a call, which then needs no frame.
  private(set) var isTail: [Bool] = []

  /// - Throws: ``LMError/request(what:reason:mend:)`` where a rule calls itself before it has taken
  ///   a character, where no text can be complete, and past the limits.
  init(_ rules: GrammarRules, root: Int) throws(LMError) {
    names = rules.names
    self.root = UInt32(root)
    var emitter = Emitter(rules)
    for number in rules.expressions.indices {
      starts.append(UInt32(emitter.steps.count))
      try emitter.emitRule(rules.expressions[number] ?? .empty)
    }
    // Rules that repetitions were given of their own.
    var next = 0
    while next < emitter.pending.count {
      starts.append(UInt32(emitter.steps.count))
      try emitter.emitRule(emitter.pending[next])
      next += 1
    }
    steps = emitter.steps
    bytes = emitter.bytes
    isTail = steps.indices.map { place in
      var place = place + 1
      while place < steps.count, case .jump(let target) = steps[place] { place = Int(target) }
      return place < steps.count && steps[place] == .end
    }
    let analysis = GrammarAnalysis(steps: steps, starts: starts)
    isLive = analysis.isLive
    if let rule = analysis.leftRecursiveRule {
      throw Self.error(
        "the rule '\(name(rule))' begins with itself (left recursion)",
        "write the repetition behind what is repeated")
    }
    guard isLive[Int(starts[root])] else {
      throw Self.error("no text can ever be complete", "give its rules an end")
    }
    if let rule = analysis.widestRule(limit: GrammarLimits.openings) {
      throw Self.error(
        "the rule '\(name(rule))' opens more than \(GrammarLimits.openings) ways at once",
        "let its alternatives begin differently")
    }
  }

  private func name(_ rule: Int) -> String { rule < names.count ? names[rule] : "a repetition" }

  private static func error(_ reason: String, _ mend: String) -> LMError {
    .request(what: "grammar", reason: reason, mend: mend)
  }

  /// Writes steps.
  private struct Emitter {
    let rules: GrammarRules
    /// How many steps a rule would take where it is written out in place; nil where it calls
    /// itself or is long.
    private var inlineSizes: [Int?]
    var steps: [Step] = []
    var bytes = ByteAutomaton()
    /// Repeated groups, rules numbered after the grammar's own.
    var pending: [GrammarExpression] = []

    private static let longestInline = 40

    init(_ rules: GrammarRules) {
      self.rules = rules
      inlineSizes = Array(repeating: nil, count: rules.names.count)
      // Rules of rules of rules: three passes let a call be written out three levels deep.
      for _ in 0..<3 {
        inlineSizes = rules.expressions.map { expression in
          guard let expression, let size = size(expression), size <= Self.longestInline else {
            return nil
          }
          return size
        }
      }
    }

    /// Steps of an expression with everything in place, about; nil where they are many.
    private func size(_ expression: GrammarExpression) -> Int? {
      switch expression {
      case .codePoint: return 1
      case .rule(let rule): return inlineSizes[rule]
      case .sequence(let parts), .alternatives(let parts):
        var total = 0
        for part in parts {
          guard let size = size(part) else { return nil }
          total += size + 2
          if total > Self.longestInline { return nil }
        }
        return total
      case .repeated(let part, let minimum, let maximum):
        guard let size = size(part) else { return nil }
        let copies = max(minimum, maximum ?? 1, 1)
        return copies > Self.longestInline ? nil : (size + 2) * copies
      }
    }

    mutating func emitRule(_ expression: GrammarExpression) throws(LMError) {
      try emit(expression, inPlace: false)
      try add(.end)
    }

    private mutating func add(_ step: Step) throws(LMError) {
      if steps.count == GrammarLimits.steps {
        throw GrammarProgram.error(
          "more than \(GrammarLimits.steps) steps", "repeat less often, or write fewer rules")
      }
      steps.append(step)
    }

    private var next: UInt32 { UInt32(steps.count) }

    /// - Parameter inPlace: Write short rules out instead of calling them. In a repetition without
    ///   end this keeps what can follow a character within one rule, which masks live from.
    private mutating func emit(
      _ expression: GrammarExpression, inPlace: Bool
    ) throws(LMError) {
      switch expression {
      case .codePoint(let set): try add(.codePoint(bytes.root(of: set)))
      case .rule(let rule):
        if inPlace, rule < inlineSizes.count, inlineSizes[rule] != nil,
          let body = rules.expressions[rule]
        {
          try emit(body, inPlace: true)
        } else {
          try add(.call(UInt32(rule)))
        }
      case .sequence(let parts): for part in parts { try emit(part, inPlace: inPlace) }
      case .alternatives(let parts):
        var exits: [Int] = []
        for (place, part) in parts.enumerated() {
          if place == parts.count - 1 {
            try emit(part, inPlace: inPlace)
          } else {
            let split = steps.count
            try add(.split(next + 1, 0))
            try emit(part, inPlace: inPlace)
            exits.append(steps.count)
            try add(.jump(0))
            steps[split] = .split(UInt32(split) + 1, next)
          }
        }
        for exit in exits { steps[exit] = .jump(next) }
      case .repeated(let part, let minimum, let maximum):
        try emit(part, minimum, maximum, inPlace)
      }
    }

    private mutating func emit(
      _ part: GrammarExpression, _ minimum: Int, _ maximum: Int?, _ inPlace: Bool
    ) throws(LMError) {
      guard let maximum else {
        if minimum > 1 {
          let part = shared(part)
          for _ in 1..<minimum { try emit(part, inPlace: false) }
        }
        // Forward splits only lead out, so that one pass from the back finds what is live.
        let entry = steps.count
        if minimum == 0 { try add(.split(0, 0)) }
        let body = next
        try emit(part, inPlace: true)
        try add(.split(body, next + 1))
        if minimum == 0 { steps[entry] = .split(body, next) }
        return
      }
      guard maximum > 1 else {
        if maximum == 0 { return }
        let entry = steps.count
        if minimum == 0 { try add(.split(0, 0)) }
        try emit(part, inPlace: inPlace)
        if minimum == 0 { steps[entry] = .split(UInt32(entry) + 1, next) }
        return
      }
      let part = shared(part)
      for _ in 0..<minimum { try emit(part, inPlace: false) }
      var exits: [Int] = []
      for _ in minimum..<maximum {
        exits.append(steps.count)
        try add(.split(0, 0))
        try emit(part, inPlace: false)
      }
      for exit in exits { steps[exit] = .split(UInt32(exit) + 1, next) }
    }

    /// What is written many times, as a rule where it is more than a step.
    private mutating func shared(_ part: GrammarExpression) -> GrammarExpression {
      switch part {
      case .codePoint, .rule: return part
      default:
        pending.append(part)
        return .rule(rules.names.count + pending.count - 1)
      }
    }
  }
}
