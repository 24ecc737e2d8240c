/// A place in a grammar: a step, how far its character has come, and what waits below.
struct GrammarPlace: Hashable, Comparable, Sendable {
  /// A step; for a place of a stack the one to go on with.
  var step: UInt32
  /// The node of the byte automaton where the character stands; 0 in frames.
  var node: UInt32
  /// The set of frames below.
  var below: UInt32

  /// The text is complete here.
  static let complete = GrammarPlace(step: .max, node: 0, below: 0)
  /// The rule under study has ended, and its caller is not known.
  static let escape = GrammarPlace(step: .max - 1, node: 0, below: 0)

  static func < (left: GrammarPlace, right: GrammarPlace) -> Bool {
    if left.step != right.step { return left.step < right.step }
    if left.node != right.node { return left.node < right.node }
    return left.below < right.below
  }
}

/// Sets of stacks, each known by a number and kept once.
///
/// A set is a list of top frames, each with the set of stacks below it: stacks with the same top
/// frame share one entry, whatever is below. A grammar with many readings of a text, whose stacks
/// would be exponentially many, thus stays small. Frames whose step has a character to take make a
/// *state*; frames of callers that wait are sets of the same kind, opened when a rule ends.
struct StackSets: Sendable {
  /// What is true of a set.
  struct Marks: OptionSet, Sendable {
    let rawValue: UInt8
    /// A text that came to this state may end.
    static let complete = Marks(rawValue: 1)
    /// The rule under study has ended.
    static let escape = Marks(rawValue: 2)
    /// Its stacks are deeper than half of what is allowed.
    static let deep = Marks(rawValue: 4)
  }

  /// No stack at all.
  static let none: UInt32 = 0
  /// Below the root rule; as a state, a complete text that cannot go on.
  static let bottom: UInt32 = 1
  /// Below a rule whose caller is not known.
  static let unknown: UInt32 = 2

  private var places: [GrammarPlace] = []
  /// The places of set s are `starts[s] ..< starts[s + 1]`.
  private var starts: [UInt32] = [0]
  private var depths: [UInt16] = []
  private var marks: [Marks] = []
  /// Hash table of sets; 0 is a free slot.
  private var slots: [UInt32] = Array(repeating: 0, count: 1 << 8)
  private var hashes: [UInt64] = []

  init() {
    append([], depth: 0, hash: 0)
    let ends = [intern([.complete]), intern([.escape])]
    precondition(ends == [Self.bottom, Self.unknown], "StackSets: its first sets have numbers")
  }

  var count: Int { depths.count }
  /// Entries of all sets.
  var size: Int { places.count }

  subscript(set: UInt32) -> ArraySlice<GrammarPlace> {
    places[Int(starts[Int(set)])..<Int(starts[Int(set) + 1])]
  }

  @inline(__always)
  func marks(_ set: UInt32) -> Marks { marks[Int(set)] }

  func depth(_ set: UInt32) -> Int { Int(depths[Int(set)]) }

  private mutating func append(_ list: [GrammarPlace], depth: Int, hash: UInt64) {
    hashes.append(hash)
    places += list
    starts.append(UInt32(places.count))
    depths.append(UInt16(depth))
    var mark: Marks = depth > GrammarLimits.depth / 2 ? .deep : []
    for place in list.suffix(2) where place.step >= GrammarPlace.escape.step {
      mark.insert(place == .complete ? .complete : .escape)
    }
    marks.append(mark)
  }

  /// The number of the set of some places; those that agree in all but what is below are merged.
  mutating func set(of list: [GrammarPlace]) -> UInt32 {
    var list = list
    if list.count > 1 {
      list.sort()
      var merged: [GrammarPlace] = []
      var start = 0
      while start < list.count {
        var end = start + 1
        while end < list.count && list[end].step == list[start].step
          && list[end].node == list[start].node
        {
          end += 1
        }
        var place = list[start]
        if list[end - 1].below != place.below {
          // Recursion ends at the depth of stacks, which is limited.
          place.below = set(of: frames(below: list[start..<end]))
        }
        merged.append(place)
        start = end
      }
      list = merged
    }
    return intern(list)
  }

  /// What waits below places in their order, each set once.
  private func frames(below places: ArraySlice<GrammarPlace>) -> [GrammarPlace] {
    var list: [GrammarPlace] = []
    var previous = UInt32.max
    for place in places where place.below != previous {
      previous = place.below
      list += self[previous]
    }
    return list
  }

  private mutating func intern(_ list: [GrammarPlace]) -> UInt32 {
    if list.isEmpty { return Self.none }
    var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
    for place in list {
      hash = (hash ^ UInt64(place.step) << 32 ^ UInt64(place.node)) &* 0xFF51_AFD7_ED55_8CCD
      hash = (hash ^ hash >> 33 ^ UInt64(place.below)) &* 0xC4CE_B9FE_1A85_EC53
      hash ^= hash >> 29
    }
    if count * 2 > slots.count { grow() }
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let known = slots[slot]
      if hashes[Int(known)] == hash, self[known].elementsEqual(list) { return known }
      slot = (slot + 1) & (slots.count - 1)
    }
    let set = UInt32(count)
    slots[slot] = set
    append(list, depth: (list.map { depth($0.below) }.max() ?? 0) + 1, hash: hash)
    return set
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: 2 * slots.count)
    for set in 1..<count {
      var slot = Int(truncatingIfNeeded: hashes[set]) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(set)
    }
  }
}
