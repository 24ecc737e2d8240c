#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// How many uses of a model cost as much as its training did: `ceil(E_t / e)`.
///
/// From there on, use is what counts: a model that is trained once and asked a billion times is
/// worth making smaller.
///
/// ```swift
/// let even = try BreakEven(training: Figure(…), perUse: bill.energy)
/// even.uses                                        // 592_570_000, from low to high
/// ```
///
/// - Units: energies in joules; carbon on one grid gives the same count, since the grid cancels.
public struct BreakEven: Sendable, Hashable, Codable {
  /// The count at the best figures.
  public let uses: Int
  /// The count when training was as cheap and each use as dear as their bounds allow.
  public let low: Int
  /// The count when training was as dear and each use as cheap as their bounds allow; `nil` when
  /// a use may have cost nothing, so that there is no upper bound.
  public let high: Int?
  /// The weaker provenance of the two energies.
  public let provenance: Provenance

  /// - Throws: ``EnergyError/invalidParameter(name:value:expected:)`` when the energy of a use is
  ///   unknown or zero, when training is not positive, or when the count passes 2^53.
  public init(training: Figure<Joules>, perUse: Figure<Joules>?) throws(EnergyError) {
    guard let perUse else {
      throw .invalidParameter(
        name: "energy of one use", value: "unknown", expected: "a measured or declared energy")
    }
    let uses = try Self.count(training.best, perUse.best)
    self.uses = uses
    low = training.low.value > 0 ? (try? Self.count(training.low, perUse.high)) ?? uses : 0
    high = try? Self.count(training.high, perUse.low)
    provenance = training.provenance.combined(with: perUse.provenance)
  }

  private static func count(_ training: Joules, _ use: Joules) throws(EnergyError) -> Int {
    for (name, energy) in [("training energy", training), ("energy of one use", use)] {
      guard energy.value > 0, energy.value.isFinite else {
        throw .invalidParameter(
          name: name, value: "\(QuantityFormat.number(energy.value)) J", expected: "above 0 J")
      }
    }
    let count = ceil(training / use)
    guard count <= 0x1p53 else {
      throw .invalidParameter(
        name: "energy of one use", value: use.description,
        expected: "so much that fewer than 2^53 uses make up for training")
    }
    return Int(count)
  }
}
