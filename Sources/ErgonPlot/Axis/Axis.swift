/// What one direction of a chart means.
///
/// ```swift
/// Axis("Power", unit: .watts, includesZero: true)
/// Axis("Training energy", unit: .joules, scale: .logarithmic)
/// ```
public struct Axis: Sendable {
  /// How values are spread along the axis.
  public enum Scale: Sendable, Hashable {
    case linear
    /// Equal factors at equal distances; values that are not positive are left out.
    case logarithmic
  }

  /// What is shown, without its unit.
  public var title: String
  /// `nil` for plain numbers.
  public var unit: AxisUnit?
  public var scale: Scale
  /// Whether a linear axis always starts at (or spans) zero.
  public var includesZero: Bool
  /// Writes a tick in place of the unit's own way.
  public var label: (@Sendable (Double) -> String)?

  /// Describes an axis.
  ///
  /// - Parameter label: Turns a value in base units into the text of its tick; for amounts that
  ///   need another way of writing than ``unit``.
  public init(
    _ title: String = "", unit: AxisUnit? = nil, scale: Scale = .linear,
    includesZero: Bool = false, label: (@Sendable (Double) -> String)? = nil
  ) {
    self.title = title
    self.unit = unit
    self.scale = scale
    self.includesZero = includesZero
    self.label = label
  }
}

/// An axis with the data known: where each value goes and which ticks are drawn.
struct AxisLayout {
  struct Tick: Equatable {
    let value: Double
    let label: String
  }

  /// Title and the chosen multiple: `Power (mW)`.
  let title: String
  let ticks: [Tick]
  let low: Double
  let high: Double
  private let scale: Axis.Scale

  /// - Parameters:
  ///   - values: All that must fit; what is not finite is ignored.
  ///   - tickCount: About how many ticks there is room for.
  ///   - isTight: Whether the axis ends at the data or at the next tick.
  init(_ axis: Axis, values: some Sequence<Double>, tickCount: Int, isTight: Bool) {
    scale = axis.scale
    let isLog = axis.scale == .logarithmic
    var (low, high) = (Double.infinity, -Double.infinity)
    for value in values where Self.isDrawable(value, axis.scale) {
      low = min(low, value)
      high = max(high, value)
    }
    if axis.includesZero, !isLog {
      low = min(low, 0)
      high = max(high, 0)
    }
    if low > high { (low, high) = isLog ? (1, 10) : (0, 1) }
    if isLog {
      if high / low < 1.0001 { (low, high) = (low / 1.5, high * 1.5) }
    } else if high - low <= max(abs(low), abs(high)) * 1e-9 {
      let half = high == 0 ? 0.5 : abs(high) * 0.1
      (low, high) = (low - half, high + half)
    }
    // The caller's own labels are about base units, and so must be their steps.
    let unit = axis.label != nil ? nil : isLog ? axis.unit?.decimal : axis.unit
    let multiple = unit?.multiple(for: max(abs(low), abs(high)))
    let factor = multiple?.scale ?? 1
    let raw: [Double]
    var step = 0.0
    if isLog,
      let decades = Ticks.logarithmic(
        low: low / factor, high: high / factor, count: tickCount)
    {
      raw = decades.map { $0 * factor }
      if !isTight {
        low = min(low, raw.last { $0 <= low } ?? low)
        high = max(high, raw.first { $0 >= high } ?? high)
      }
    } else {
      step = Ticks.step(low: low / factor, high: high / factor, count: tickCount) * factor
      if !isTight, !isLog {
        low = (low / step + 1e-9).rounded(.down) * step
        high = (high / step - 1e-9).rounded(.up) * step
      }
      if !isTight, isLog { (low, high) = Self.widened(low, high) }
      raw = Ticks.linear(low: low, high: high, step: step)
    }
    self.low = low
    self.high = high
    let decimals = step > 0 ? Ticks.decimals(step / factor) : nil
    let isUnitInTicks = isLog && decimals == nil && unit != nil
    ticks = raw.filter { $0 >= low - step * 1e-6 && $0 <= high + step * 1e-6 }.map { value in
      let text =
        if let label = axis.label {
          label(value)
        } else if isUnitInTicks, let unit {
          unit.text(value)
        } else if let decimals, abs(value / factor) < 1e6 {
          NumberText.fixed(value / factor, decimals: decimals)
        } else {
          NumberText.short(value / factor)
        }
      return Tick(value: value, label: text)
    }
    let symbol = isUnitInTicks ? nil : multiple?.symbol
    title =
      switch (axis.title.isEmpty, symbol) {
      case (false, let symbol?): "\(axis.title) (\(symbol))"
      case (true, let symbol?): symbol
      default: axis.title
      }
  }

  /// Where a value lies, 0 at the axis' beginning and 1 at its end; `nil` for one that the axis
  /// cannot show.
  func position(_ value: Double) -> Double? {
    guard Self.isDrawable(value, scale) else { return nil }
    return switch scale {
    case .linear: (value - low) / (high - low)
    case .logarithmic: Ticks.log10(value / low) / Ticks.log10(high / low)
    }
  }

  /// A logarithmic axis with a little room at both ends.
  private static func widened(_ low: Double, _ high: Double) -> (Double, Double) {
    let room = (high / low).squareRoot().squareRoot().squareRoot().squareRoot()
    return (low / room, high * room)
  }

  /// The sizes above 1e290 would overflow differences.
  private static func isDrawable(_ value: Double, _ scale: Axis.Scale) -> Bool {
    value.isFinite && abs(value) < 1e150 && (scale == .linear || value > 1e-150)
  }
}
