public import ErgonEnergy
public import Foundation

/// A quantity that has a twin among Foundation's units.
public protocol MeasurementConvertible: PhysicalQuantity {
  associatedtype Unit: Dimension
  /// Foundation's unit that equals this quantity's base unit.
  static var foundationUnit: Unit { get }
}

extension MeasurementConvertible {
  /// The amount of a measurement in whatever unit it is.
  public init(_ measurement: Measurement<Unit>) {
    self.init(measurement.converted(to: Self.foundationUnit).value)
  }

  /// The same amount as a Foundation measurement in the base unit.
  public var measurement: Measurement<Unit> {
    Measurement(value: value, unit: Self.foundationUnit)
  }
}

extension Joules: MeasurementConvertible {
  public static var foundationUnit: UnitEnergy { .joules }
}

extension Watts: MeasurementConvertible {
  public static var foundationUnit: UnitPower { .watts }
}

extension Seconds: MeasurementConvertible {
  public static var foundationUnit: UnitDuration { .seconds }
}

extension GramsCO2e: MeasurementConvertible {
  public static var foundationUnit: UnitMass { .grams }
}
