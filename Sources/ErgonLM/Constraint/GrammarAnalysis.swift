/// What follows from a grammar's steps: which lead to an end, which rules begin with themselves.
struct GrammarAnalysis {
  typealias Step = GrammarProgram.Step

  private let steps: [Step]
  private let starts: [UInt32]
  /// Whether a rule derives some text.
  private let isProductive: [Bool]
  private(set) var isLive: [Bool]

  init(steps: [Step], starts: [UInt32]) {
    self.steps = steps
    self.starts = starts
    isProductive = Self.endings(steps, starts, stepsOverCharacters: true)
    isLive = [Bool](repeating: false, count: steps.count)
    // Steps that lead out of a repetition lead forward, so that one pass suffices.
    for place in steps.indices.reversed() {
      isLive[place] =
        switch steps[place] {
        case .end: true
        case .codePoint: isLive[place + 1]
        case .call(let rule): isProductive[Int(rule)] && isLive[place + 1]
        case .jump(let target): isLive[Int(target)]
        case .split(let one, let other): isLive[Int(one)] || isLive[Int(other)]
        }
    }
  }

  /// Which rules reach their end: at all, or without a character.
  ///
  /// - Cost: each step is visited once.
  private static func endings(
    _ steps: [Step], _ starts: [UInt32], stepsOverCharacters: Bool
  ) -> [Bool] {
    var ends = [Bool](repeating: false, count: starts.count)
    var waiting = [[(rule: Int, place: Int)]](repeating: [], count: starts.count)
    var isVisited = [Bool](repeating: false, count: steps.count)
    var open = starts.enumerated().map { (rule: $0.offset, place: Int($0.element)) }
    while let (rule, place) = open.popLast() {
      if isVisited[place] { continue }
      isVisited[place] = true
      switch steps[place] {
      case .end:
        if !ends[rule] {
          ends[rule] = true
          open += waiting[rule]
          waiting[rule] = []
        }
      case .codePoint: if stepsOverCharacters { open.append((rule, place + 1)) }
      case .call(let callee):
        if ends[Int(callee)] {
          open.append((rule, place + 1))
        } else {
          waiting[Int(callee)].append((rule, place + 1))
        }
      case .jump(let target): open.append((rule, Int(target)))
      case .split(let one, let other):
        open.append((rule, Int(one)))
        open.append((rule, Int(other)))
      }
    }
    return ends
  }

  /// The rules that each rule may call before it has taken a character, and the steps it takes to.
  private func beginnings() -> [(callees: [Int], steps: Int)] {
    let isNullable = Self.endings(steps, starts, stepsOverCharacters: false)
    var isVisited = [Bool](repeating: false, count: steps.count)
    return starts.map { start in
      var callees: [Int] = []
      var taken = 0
      var open = [Int(start)]
      while let place = open.popLast() {
        if isVisited[place] { continue }
        isVisited[place] = true
        taken += 1
        switch steps[place] {
        case .end, .codePoint: break
        case .call(let callee):
          callees.append(Int(callee))
          if isNullable[Int(callee)] { open.append(place + 1) }
        case .jump(let target): open.append(Int(target))
        case .split(let one, let other):
          open.append(Int(one))
          open.append(Int(other))
        }
      }
      return (callees, taken)
    }
  }

  /// A rule that comes back to itself before a character is taken, if there is one.
  var leftRecursiveRule: Int? {
    let callees = beginnings().map(\.callees)
    var callers = [Int](repeating: 0, count: starts.count)
    for rule in callees.joined() { callers[rule] += 1 }
    var open = callers.indices.filter { callers[$0] == 0 }
    var left = callers.count
    while let rule = open.popLast() {
      left -= 1
      for callee in callees[rule] {
        callers[callee] -= 1
        if callers[callee] == 0 { open.append(callee) }
      }
    }
    if left == 0 { return nil }
    // Every rule that is left has a caller that is left: going back long enough ends in a circle.
    var caller = [Int](repeating: -1, count: starts.count)
    for rule in callees.indices where callers[rule] > 0 {
      for callee in callees[rule] where callers[callee] > 0 { caller[callee] = rule }
    }
    var rule = callers.firstIndex { $0 > 0 }!
    for _ in callers.indices { rule = caller[rule] }
    return rule
  }

  /// A rule with more than `limit` ways to its text's first characters, if there is one.
  ///
  /// It bounds what a character takes; it presumes that no rule is left recursive.
  func widestRule(limit: Int) -> Int? {
    let beginnings = beginnings()
    // Callees before their callers.
    var order: [Int] = []
    var state = [UInt8](repeating: 0, count: starts.count)
    for first in starts.indices where state[first] == 0 {
      var open = [first]
      while let rule = open.last {
        if state[rule] == 0 {
          state[rule] = 1
          open += beginnings[rule].callees.filter { state[$0] == 0 }
        } else {
          open.removeLast()
          if state[rule] == 1 { order.append(rule) }
          state[rule] = 2
        }
      }
    }
    var ways = [Int](repeating: 0, count: starts.count)
    for rule in order {
      var total = beginnings[rule].steps
      for callee in beginnings[rule].callees { total = min(total + ways[callee], limit + 1) }
      if total > limit { return rule }
      ways[rule] = total
    }
    return nil
  }
}
