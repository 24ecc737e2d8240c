/// What a subscript of an array takes for one axis: a position, a range of positions, or one of
/// ``AxisIndex``'s own.
public protocol TensorIndex {
  /// The same in one type.
  var axisIndex: AxisIndex { get }
}

/// Which positions of one axis, or a new axis.
///
/// Negative positions count from the end of the axis.
///
/// ```swift
/// x[.all, 0]                  // x: [4, 5]  ->  [4]
/// x[.ellipsis, -1]            // x: [2, 4, 5]  ->  [2, 4]
/// x[.newAxis, 1...]           // x: [4, 5]  ->  [1, 3, 5]
/// x[.every(-1)]               // rows in reverse
/// ```
public struct AxisIndex: TensorIndex, Sendable {
  enum Kind {
    /// One position; the axis goes away.
    case position(Int)
    /// `nil` is the end to which the step leads.
    case slice(from: Int?, to: Int?, by: Int)
    case newAxis
    case ellipsis
  }

  let kind: Kind

  public var axisIndex: AxisIndex { self }

  static func range(_ from: Int?, _ to: Int?) -> AxisIndex {
    AxisIndex(kind: .slice(from: from, to: to, by: 1))
  }
}

extension TensorIndex where Self == AxisIndex {
  /// Every position.
  public static var all: AxisIndex { .range(nil, nil) }
  /// Every so many positions; backwards from the last where `step` is negative.
  public static func every(_ step: Int) -> AxisIndex {
    AxisIndex(kind: .slice(from: nil, to: nil, by: step))
  }
  /// Positions from one on, up to another exclusively; negative ones count from the end.
  public static func slice(from: Int? = nil, to: Int? = nil, by step: Int = 1) -> AxisIndex {
    AxisIndex(kind: .slice(from: from, to: to, by: step))
  }
  /// A new axis of length 1.
  public static var newAxis: AxisIndex { AxisIndex(kind: .newAxis) }
  /// All positions of as many axes as no other index names.
  public static var ellipsis: AxisIndex { AxisIndex(kind: .ellipsis) }
}

extension Int: TensorIndex {
  public var axisIndex: AxisIndex { AxisIndex(kind: .position(self)) }
}
extension Range<Int>: TensorIndex {
  public var axisIndex: AxisIndex { .range(lowerBound, upperBound) }
}
extension ClosedRange<Int>: TensorIndex {
  public var axisIndex: AxisIndex {
    // -1 is the last position, after which comes the end.
    .range(lowerBound, upperBound == -1 ? nil : upperBound + 1)
  }
}
extension PartialRangeFrom<Int>: TensorIndex {
  public var axisIndex: AxisIndex { .range(lowerBound, nil) }
}
extension PartialRangeUpTo<Int>: TensorIndex {
  public var axisIndex: AxisIndex { .range(nil, upperBound) }
}
extension PartialRangeThrough<Int>: TensorIndex {
  public var axisIndex: AxisIndex {
    .range(nil, upperBound == -1 ? nil : upperBound + 1)
  }
}
