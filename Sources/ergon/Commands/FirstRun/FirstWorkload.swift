import ErgonNumerics

/// The built-in work of a first run: one core, whole numbers and fractions, the same every time.
///
/// It draws points of the unit square and counts those inside the quarter circle; nothing is
/// allocated and no file is touched, so that the bill is the processor's alone.
struct FirstWorkload {
  private(set) var points: UInt64 = 0
  private(set) var inside: UInt64 = 0
  private var generator = SplitMix64(seed: 1)

  /// Four times the share inside, which tends to π.
  var estimate: Double { points == 0 ? 0 : 4 * Double(inside) / Double(points) }

  /// Draws so many points more.
  mutating func advance(_ count: UInt64) {
    let scale = 0x1p-32
    for _ in 0..<count {
      let bits = generator.next()
      let x = Double(bits >> 32) * scale
      let y = Double(bits & 0xFFFF_FFFF) * scale
      if x * x + y * y < 1 { inside += 1 }
    }
    points += count
  }

  /// Works until so many seconds have passed.
  mutating func run(seconds: Double, chunk: UInt64 = 1 << 16) {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(seconds)
    repeat { advance(chunk) } while clock.now < deadline
  }
}
