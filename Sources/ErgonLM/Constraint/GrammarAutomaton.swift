/// A grammar as an automaton over bytes whose states are made as they are met.
///
/// A state is a ``StackSets`` set; what each byte leads to is kept once computed, so that walking
/// over a vocabulary reads one table entry a byte.
struct GrammarAutomaton: Sendable {
  let program: GrammarProgram
  private(set) var sets = StackSets()
  /// The state that frames open into; unset below the count.
  private var opened: [UInt32] = []
  /// Where a state's 256 successors are in `rows`; -1 where they are not computed.
  private var rowPlaces: [Int32] = []
  private var rows: [UInt32] = []

  private static let notOpened = UInt32.max
  /// Rows kept: 8 MiB.
  private static let mostRows = 1 << 13
  /// Entries of sets after which no new text is accepted: the grammar has outgrown its bounds.
  private static let mostEntries = 1 << 22
  /// Places that one step may open.
  private static let mostOpened = 1 << 18

  init(_ program: GrammarProgram) { self.program = program }

  /// Whether so much is kept that starting anew is better than going on.
  var isLarge: Bool { sets.size > Self.mostEntries / 2 }

  /// The state before any text.
  mutating func start() -> UInt32 {
    let start = program.starts[Int(program.root)]
    return state(opening: [GrammarPlace(step: start, node: 0, below: StackSets.bottom)])
  }

  /// The state in which a character of a step has come to a node, and nothing is known of callers.
  mutating func state(step: UInt32, node: UInt32) -> UInt32 {
    sets.set(of: [GrammarPlace(step: step, node: node, below: StackSets.unknown)])
  }

  /// The state that a set of waiting frames goes on in.
  mutating func state(opening frames: UInt32) -> UInt32 {
    if Int(frames) < opened.count, opened[Int(frames)] != Self.notOpened {
      return opened[Int(frames)]
    }
    let state = state(opening: Array(sets[frames]))
    while opened.count < sets.count { opened.append(Self.notOpened) }
    opened[Int(frames)] = state
    return state
  }

  /// Whether a state is of a text that is complete.
  func isComplete(_ state: UInt32) -> Bool { sets.marks(state).contains(.complete) }

  /// The state after one more byte; ``StackSets/none`` where none may come.
  @inline(__always)
  mutating func next(_ state: UInt32, _ byte: UInt8) -> UInt32 {
    if Int(state) < rowPlaces.count, rowPlaces[Int(state)] >= 0 {
      return rows[Int(rowPlaces[Int(state)]) + Int(byte)]
    }
    return rows[makeRow(state) + Int(byte)]
  }

  /// Brings a state over from another automaton of the same program.
  mutating func adopt(_ state: UInt32, from other: GrammarAutomaton) -> UInt32 {
    var known: [UInt32: UInt32] = [
      StackSets.none: StackSets.none, StackSets.bottom: StackSets.bottom,
      StackSets.unknown: StackSets.unknown,
    ]
    var open = [state]
    while let set = open.last {
      let missing = other.sets[set].map(\.below).filter { known[$0] == nil }
      if known[set] == nil && missing.isEmpty {
        known[set] = sets.set(
          of: other.sets[set].map {
            GrammarPlace(step: $0.step, node: $0.node, below: known[$0.below]!)
          })
      }
      if missing.isEmpty { open.removeLast() } else { open += missing }
    }
    return known[state]!
  }

  // MARK: Making states

  /// Follows calls and ends from some places until every place has a character to take.
  private mutating func state(opening places: [GrammarPlace]) -> UInt32 {
    var found: [GrammarPlace] = []
    return open(places, &found) ? sets.set(of: found) : StackSets.none
  }

  /// False where a bound was met.
  private mutating func open(_ places: [GrammarPlace], _ found: inout [GrammarPlace]) -> Bool {
    var open = places
    var visited = Set<UInt64>()
    while let place = open.popLast() {
      if place.step >= GrammarPlace.escape.step {
        found.append(place)
        continue
      }
      let step = Int(place.step)
      guard program.isLive[step],
        visited.insert(UInt64(place.step) << 32 | UInt64(place.below)).inserted
      else { continue }
      if visited.count > Self.mostOpened || sets.size > Self.mostEntries { return false }
      switch program.steps[step] {
      case .codePoint(let node):
        found.append(GrammarPlace(step: place.step, node: node, below: place.below))
      case .jump(let target):
        open.append(GrammarPlace(step: target, node: 0, below: place.below))
      case .split(let one, let other):
        open.append(GrammarPlace(step: one, node: 0, below: place.below))
        open.append(GrammarPlace(step: other, node: 0, below: place.below))
      case .call(let rule):
        var below = place.below
        if !program.isTail[step] {
          // A text that nests deeper is not allowed.
          if sets.depth(below) >= GrammarLimits.depth { continue }
          below = sets.set(of: [GrammarPlace(step: place.step + 1, node: 0, below: below)])
        }
        open.append(GrammarPlace(step: program.starts[Int(rule)], node: 0, below: below))
      case .end: open += sets[place.below]
      }
    }
    return true
  }

  /// Computes what each byte leads to; where in `rows` it stands.
  private mutating func makeRow(_ state: UInt32) -> Int {
    if rows.count >= Self.mostRows << 8 {
      rows.removeAll(keepingCapacity: true)
      rowPlaces.removeAll(keepingCapacity: true)
    }
    let places = Array(sets[state]).filter { $0.step < GrammarPlace.escape.step }
    // Bytes between two bounds of edges all lead to the same.
    var isBound = [Bool](repeating: false, count: 257)
    for place in places {
      for edge in program.bytes.edges(of: place.node) {
        isBound[Int(edge.low)] = true
        isBound[Int(edge.high) + 1] = true
      }
    }
    var row = [UInt32](repeating: StackSets.none, count: 256)
    var low = 0
    while low < 256 {
      var high = low
      while high < 255 && !isBound[high + 1] { high += 1 }
      let next = successor(of: places, UInt8(low))
      if next != StackSets.none { for byte in low...high { row[byte] = next } }
      low = high + 1
    }
    while rowPlaces.count < sets.count { rowPlaces.append(-1) }
    let start = rows.count
    rowPlaces[Int(state)] = Int32(start)
    rows += row
    return start
  }

  private mutating func successor(of places: [GrammarPlace], _ byte: UInt8) -> UInt32 {
    var found: [GrammarPlace] = []
    var next: [GrammarPlace] = []
    for place in places {
      for edge in program.bytes.edges(of: place.node) where edge.low <= byte && byte <= edge.high {
        if edge.next == ByteAutomaton.done {
          next.append(GrammarPlace(step: place.step + 1, node: 0, below: place.below))
        } else {
          found.append(GrammarPlace(step: place.step, node: edge.next, below: place.below))
        }
      }
    }
    if next.isEmpty && found.isEmpty { return StackSets.none }
    return open(next, &found) ? sets.set(of: found) : StackSets.none
  }
}
