/// A set of an array's axes, one bit each.
struct AxisSet: Sendable {
  private var bits: UInt16 = 0

  init() {}

  /// The axes that were asked for, each counted from the front; all of them where none is named.
  ///
  /// - Precondition: the shape has the axes, and none is named twice.
  init(_ axes: [Int]?, of shape: Shape, for operation: StaticString) {
    guard let axes else {
      bits = (1 << UInt16(shape.rank)) &- 1
      return
    }
    for axis in axes {
      let resolved = shape.resolve(axis, for: operation)
      precondition(!contains(resolved), "\(operation): axis \(axis) of \(shape) is named twice")
      insert(resolved)
    }
  }

  /// How many axes are in the set.
  var count: Int { bits.nonzeroBitCount }
  func contains(_ axis: Int) -> Bool { bits & (1 << UInt16(axis)) != 0 }
  mutating func insert(_ axis: Int) { bits |= 1 << UInt16(axis) }

  /// `shape` with these axes of length 1, or gone.
  func reduced(_ shape: Shape, keepingAxes: Bool) -> Shape {
    var axes = Axes()
    var rank = 0
    for axis in 0..<shape.rank {
      if contains(axis) {
        if keepingAxes {
          axes[rank] = 1
          rank += 1
        }
      } else {
        axes[rank] = shape.axes[axis]
        rank += 1
      }
    }
    return Shape(axes, rank: rank)
  }

  /// The number of elements of `shape` that reduce to one.
  func count(in shape: Shape) -> Int {
    var count = 1
    for axis in 0..<shape.rank where contains(axis) { count *= shape.axes[axis] }
    return count
  }
}
