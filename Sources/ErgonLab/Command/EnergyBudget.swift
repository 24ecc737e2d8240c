public import ErgonEnergy

/// How many joules a command may spend, and what happens then.
///
/// On crossing, every process of the command gets TERM; what is left after the grace gets KILL,
/// whatever its group or session.
public struct EnergyBudget: Sendable, Hashable, Codable {
  public var energy: Joules
  /// Time between TERM and KILL.
  public var grace: Seconds

  /// - Precondition: both are finite, the energy is positive, the grace is not negative.
  public init(_ energy: Joules, grace: Seconds = Seconds(2)) {
    precondition(
      energy.value.isFinite && energy.value > 0, "EnergyBudget: energy must be positive")
    precondition(grace.value.isFinite && grace.value >= 0, "EnergyBudget: grace must be >= 0 s")
    self.energy = energy
    self.grace = grace
  }

  /// When to look next: half the time to the crossing at the power of late, so that the looks
  /// grow dense only near it.
  ///
  /// - Parameters:
  ///   - spent: Energy so far.
  ///   - power: Mean power since the last look; zero or less before there is one.
  ///   - lookCost: Seconds one look takes; looking may cost a fiftieth of the time at most.
  static func nextLook(
    budget: Joules, spent: Joules, power: Watts, lookCost: Seconds
  ) -> Seconds {
    let shortest = max(0.002, 50 * lookCost.value)
    guard power.value > 0 else { return Seconds(max(shortest, 0.01)) }
    let left = (budget - spent).value / power.value
    return Seconds(min(max(left / 2, shortest), max(shortest, 0.25)))
  }
}
