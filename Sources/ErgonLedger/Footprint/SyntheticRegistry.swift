import ErgonNumerics

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Registries whose answer is known: independent log-normal factors of chosen spread.
///
/// ```swift
/// let rows = SyntheticRegistry(power: 0.5, time: 1, intensity: 0.8).records(10_000, seed: 1)
/// // shares 0.132, 0.529, 0.339 up to sampling noise
/// ```
public struct SyntheticRegistry: Sendable, Hashable {
  /// Standard deviations of the factors' natural logarithms.
  public var power: Double
  public var time: Double
  public var intensity: Double

  public init(power: Double, time: Double, intensity: Double) {
    self.power = power
    self.time = time
    self.intensity = intensity
  }

  /// The shares an endless registry would have.
  public var expectedShares: [Double] {
    let variances = [power, time, intensity].map { $0 * $0 }
    let total = variances.reduce(0, +)
    return variances.map { $0 / total }
  }

  /// Declared rows around eight devices of 300 W, 100 hours, 300 g/kWh.
  public func records(_ count: Int, seed: UInt64) -> [FootprintRecord] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { number in
      // The intensity's format has an upper end; 4 deviations do not reach it.
      let grams = min(10_000, 300 * exp(intensity * random.nextNormal()))
      let watts = 300 * exp(power * random.nextNormal())
      let hours = 100 * exp(time * random.nextNormal())
      return FootprintRecord(
        id: "synthetic-\(number)", name: "synthetic \(number)",
        task: Self.tasks[number % Self.tasks.count], year: 2012 + number % 10,
        devices: [FootprintRecord.Device(model: "synthetic", count: 8, tdpW: watts)],
        hours: hours, place: FootprintRecord.Place(country: Self.places[number % 7]),
        intensity: FootprintRecord.Intensity(value: grams, source: "synthetic"), pue: 1.1,
        provenance: .declared)
    }
  }

  private static let tasks = [
    "image classification", "machine translation", "named entity recognition",
    "question answering", "object detection",
  ]
  private static let places = ["US", "FR", "CN", "DE", "SE", "PL", "IN"]
}
