#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Round numbers along an axis.
enum Ticks {
  /// The step of 1, 2, 2.5 or 5 times a power of ten that gives about `count` ticks.
  static func step(low: Double, high: Double, count: Int) -> Double {
    let rough = (high - low) / Double(max(count, 1))
    guard rough > 1e-300, rough.isFinite else { return 1 }
    let power = pow(10, floor(log10(rough)))
    let mantissa = rough / power
    let nice = [1, 2, 2.5, 5, 10].first { $0 >= mantissa * 0.999 } ?? 10
    return nice * power
  }

  /// The multiples of `step` between two bounds; at most 1,000.
  static func linear(low: Double, high: Double, step: Double) -> [Double] {
    let first = (low / step - 1e-9).rounded(.up)
    let last = (high / step + 1e-9).rounded(.down)
    guard first.isFinite, last.isFinite, last >= first, last - first < 1000 else { return [] }
    // Adding zero turns -0 into 0.
    return (0...Int(last - first)).map { (first + Double($0)) * step + 0 }
  }

  /// How many decimals tell multiples of `step` apart.
  static func decimals(_ step: Double) -> Int {
    guard step > 0, step.isFinite else { return 0 }
    for decimals in 0...12 {
      let scaled = step * pow(10, Double(decimals))
      if scaled > 0.5, abs(scaled - scaled.rounded()) < 1e-6 * scaled { return decimals }
    }
    return 12
  }

  /// Powers of ten, with 2 and 5 between them where there is room, thinned where there is not;
  /// `nil` when the bounds are so near that a linear division serves better.
  static func logarithmic(low: Double, high: Double, count: Int) -> [Double]? {
    let (first, last) = (Int(floor(log10(low) + 1e-9)), Int(ceil(log10(high) - 1e-9)))
    let span = log10(high) - log10(low)
    guard span >= 0.9 else { return nil }
    let mantissas: [Double] = span * 3 <= Double(count) ? [1, 2, 5] : [1]
    let every = max(1, Int((Double(last - first) / Double(max(count, 1))).rounded(.up)))
    return (first...last).filter { ($0 - first) % every == 0 || every == 1 }
      .flatMap { power in mantissas.map { $0 * pow(10, Double(power)) } }
  }

  static func log10(_ x: Double) -> Double {
    #if canImport(Darwin)
      Darwin.log10(x)
    #elseif canImport(Musl)
      Musl.log10(x)
    #else
      Glibc.log10(x)
    #endif
  }
}
