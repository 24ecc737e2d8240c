/// What a sampling window sees at one of its samples.
///
/// ```swift
/// let window = try meter.open("train", sampling: Seconds(0.1)) { print($0.power as Any) }
/// ```
public struct LivePower: Sendable, Hashable, Codable {
  /// One counter, or the model, in the step that ends at this sample.
  public struct Component: Sendable, Hashable, Codable {
    public var component: EnergyComponent
    /// `source/counter`, or the model's name.
    public var counter: String
    /// Everything the counter counted; `nil` for a model.
    public var total: Figure<Watts>?
    /// The scope's part.
    public var dynamic: Figure<Watts>?
    public var isInHeadline: Bool

    public init(
      component: EnergyComponent, counter: String, total: Figure<Watts>?,
      dynamic: Figure<Watts>?, isInHeadline: Bool
    ) {
      self.component = component
      self.counter = counter
      self.total = total
      self.dynamic = dynamic
      self.isInHeadline = isInHeadline
    }
  }

  /// Time since the window opened.
  public var elapsed: Seconds
  public var components: [Component]
  /// The headline's power in the last step; `nil` when nothing gave a figure.
  public var power: Figure<Watts>?
  /// The headline's energy since the window opened: what a budget is compared with.
  public var energy: Figure<Joules>?

  public init(
    elapsed: Seconds, components: [Component], power: Figure<Watts>?, energy: Figure<Joules>?
  ) {
    self.elapsed = elapsed
    self.components = components
    self.power = power
    self.energy = energy
  }
}

extension Figure where Quantity == Joules {
  /// Mean power of this energy over a time.
  ///
  /// - Precondition: `time > 0`.
  public func over(_ time: Seconds) -> Figure<Watts> { Figure<Watts>(interval / time, provenance) }
}
