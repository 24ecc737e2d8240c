/// The lengths of an array's axes, outermost first; a scalar's is empty.
///
/// ```swift
/// let shape: Shape = [2, 3, 4]
/// shape.count        // 24 elements
/// shape[-1]          // 4: negative axes count from the end
/// ```
///
/// - Precondition: at most ``maximumRank`` axes, none negative, and a product that fits in `Int`.
public struct Shape: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The largest number of axes an array has.
  public static let maximumRank = 8

  /// The number of axes.
  public let rank: Int
  /// The number of elements: the product of the lengths.
  public let count: Int
  let axes: Axes

  public init(arrayLiteral lengths: Int...) { self.init(lengths) }

  public init(_ lengths: some Collection<Int>) {
    precondition(
      lengths.count <= Self.maximumRank,
      "shape: \(Array(lengths)) has more than \(Self.maximumRank) axes")
    var axes = Axes()
    var rank = 0
    for length in lengths {
      axes[rank] = length
      rank += 1
    }
    self.init(axes, rank: rank)
  }

  init(_ axes: Axes, rank: Int) {
    precondition(rank <= Self.maximumRank, "shape: \(rank) axes, more than \(Self.maximumRank)")
    var count = 1
    // What strides and byte counts are worked out from: an axis of length 0 counts as one there.
    var extent = 16
    for axis in 0..<rank {
      precondition(axes[axis] >= 0, "shape: axis \(axis) has the negative length \(axes[axis])")
      let (product, overflow) = extent.multipliedReportingOverflow(by: max(axes[axis], 1))
      precondition(!overflow, "shape: more elements than memory has bytes")
      extent = product
      count = count &* axes[axis]
    }
    self.axes = axes
    self.rank = rank
    self.count = count
  }

  public static func == (a: Shape, b: Shape) -> Bool {
    a.rank == b.rank && a.count == b.count && a.axes == b.axes
  }

  /// The length of an axis; negative axes count from the end.
  public subscript(axis: Int) -> Int { axes[resolve(axis)] }

  /// The lengths as an array.
  public var lengths: [Int] { (0..<rank).map { axes[$0] } }

  /// `axis` counted from the front.
  ///
  /// - Precondition: `-rank ..< rank` contains `axis`.
  public func resolve(_ axis: Int, for operation: StaticString = "shape") -> Int {
    let resolved = axis < 0 ? axis + rank : axis
    precondition(
      resolved >= 0 && resolved < rank, "\(operation): \(self) has no axis \(axis)")
    return resolved
  }

  public var description: String {
    "[" + lengths.map(String.init).joined(separator: ", ") + "]"
  }

  /// This shape with one axis of another length.
  public func replacing(axis: Int, with length: Int) -> Shape {
    var axes = axes
    axes[resolve(axis)] = length
    return Shape(axes, rank: rank)
  }

  /// This shape without an axis.
  public func removing(axis: Int) -> Shape {
    var lengths = lengths
    lengths.remove(at: resolve(axis))
    return Shape(lengths)
  }

  /// This shape without its first axis, of length `length`.
  @inline(__always)
  func droppingFirst(_ length: Int) -> Shape {
    var axes = Axes()
    for axis in 1..<Swift.max(rank, 1) { axes[axis - 1] = self.axes[axis] }
    return Shape(unchecked: axes, rank: rank - 1, count: count / length)
  }

  private init(unchecked axes: Axes, rank: Int, count: Int) {
    self.axes = axes
    self.rank = rank
    self.count = count
  }

  /// The product of the lengths of some axes.
  func product(_ range: Range<Int>) -> Int {
    var product = 1
    for axis in range { product *= axes[axis] }
    return product
  }

  /// Strides, in elements, of a contiguous row-major array of this shape.
  var contiguousStrides: Axes {
    var strides = Axes()
    var step = 1
    for axis in stride(from: rank - 1, through: 0, by: -1) {
      strides[axis] = step
      step *= max(axes[axis], 1)
    }
    return strides
  }

  /// The shape that two shapes broadcast to: axes are matched from the last; a missing axis or one
  /// of length 1 repeats.
  package static func broadcast(_ a: Shape, _ b: Shape, for operation: StaticString) -> Shape {
    if a == b { return a }
    let rank = max(a.rank, b.rank)
    var axes = Axes()
    for axis in 0..<rank {
      let left = axis - (rank - a.rank)
      let right = axis - (rank - b.rank)
      let first = left < 0 ? 1 : a.axes[left]
      let second = right < 0 ? 1 : b.axes[right]
      precondition(
        first == second || first == 1 || second == 1,
        "\(operation): shapes \(a) and \(b) do not broadcast")
      axes[axis] = first == 1 ? second : first
    }
    return Shape(axes, rank: rank)
  }
}

/// Eight numbers stored in line, one an axis; unused ones are 0.
struct Axes: Sendable, Hashable {
  private var storage: (Int, Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0, 0)

  init() {}

  subscript(axis: Int) -> Int {
    @inline(__always) get {
      withUnsafeBytes(of: storage) { $0.load(fromByteOffset: axis &* 8, as: Int.self) }
    }
    @inline(__always) set {
      withUnsafeMutableBytes(of: &storage) {
        $0.storeBytes(of: newValue, toByteOffset: axis &* 8, as: Int.self)
      }
    }
  }

  /// The numbers as a kernel reads them.
  @inline(__always)
  func withPointer<R>(_ body: (UnsafePointer<Int>) -> R) -> R {
    withUnsafeBytes(of: storage) { body($0.baseAddress!.assumingMemoryBound(to: Int.self)) }
  }

  @inline(__always)
  static func == (a: Axes, b: Axes) -> Bool {
    var difference = 0
    for axis in 0..<Shape.maximumRank { difference |= a[axis] ^ b[axis] }
    return difference == 0
  }

  func hash(into hasher: inout Hasher) {
    withUnsafeBytes(of: storage) { hasher.combine(bytes: $0) }
  }
}
