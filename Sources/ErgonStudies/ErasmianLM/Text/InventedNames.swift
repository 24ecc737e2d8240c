import ErgonNumerics

/// Names that nobody has, made of syllables, each given out once.
struct InventedNames {
  private var random: SplitMix64
  private var taken: Set<String> = []

  private static let openings = [
    "ba", "be", "bor", "bri", "da", "del", "do", "fa", "fen", "ga", "gri", "ha", "hel", "jo", "ka",
    "kel", "kri", "la", "len", "lo", "ma", "mer", "mi", "na", "nor", "o", "pa", "pel", "qua", "ra",
    "ro", "sa", "sil", "sto", "ta", "ter", "tro", "u", "va", "ves", "wi", "ya", "zo",
  ]
  private static let middles = ["ba", "da", "le", "li", "mo", "na", "ra", "ri", "sse", "ta", "vo"]
  private static let endings = [
    "ck", "dan", "der", "fen", "gel", "lin", "mar", "nis", "nke", "rd", "ren", "sk", "ster", "tz",
    "ven", "vik", "wen", "x",
  ]

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// A name that begins with a capital letter.
  mutating func next() -> String {
    while true {
      let middle = random.nextIndex(below: 3) == 0 ? random.pick(Self.middles) : ""
      let name = random.pick(Self.openings) + middle + random.pick(Self.endings)
      guard name.count > 3, taken.insert(name).inserted else { continue }
      return name.prefix(1).uppercased() + name.dropFirst()
    }
  }

  mutating func next(_ count: Int) -> [String] { (0..<count).map { _ in next() } }
}
