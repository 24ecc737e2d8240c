/// An array of numbers as a file keeps it: a shape, a type chosen by the file, and the numbers in
/// row-major order.
///
/// ```swift
/// let images = try IDX.read(path: "t10k-images-idx3-ubyte.gz")   // shape: [10000, 28, 28]
/// if case .uint8(let pixels) = images.elements { print(pixels.count) }
/// ```
public struct NumericArray: Sendable, Equatable {
  /// The numbers, in the file's own type.
  public enum Elements: Sendable, Equatable {
    case bool([Bool])
    case int8([Int8])
    case int16([Int16])
    case int32([Int32])
    case int64([Int64])
    case uint8([UInt8])
    case uint16([UInt16])
    case uint32([UInt32])
    case uint64([UInt64])
    /// Also what was kept in half precision, which `Float` holds exactly.
    case float([Float])
    case double([Double])
    /// Real and imaginary parts in turn, so twice as many numbers as the shape says.
    case complexFloat([Float])
    /// Real and imaginary parts in turn, so twice as many numbers as the shape says.
    case complexDouble([Double])
  }

  /// Sizes along each axis, slowest first; empty for a single number.
  public let shape: [Int]
  public let elements: Elements

  /// - Precondition: as many elements as the shape says.
  public init(shape: [Int], elements: Elements) {
    precondition(
      elements.count == shape.elementCount,
      "NumericArray: \(elements.count) elements for shape \(shape)")
    self.shape = shape
    self.elements = elements
  }

  /// How many elements there are.
  public var count: Int { elements.count }

  /// The elements as `Float`, rounded where that is needed; `nil` for complex numbers.
  public var floats: [Float]? {
    switch elements {
    case .bool(let values): values.map { $0 ? 1 : 0 }
    case .int8(let values): values.map { Float($0) }
    case .int16(let values): values.map { Float($0) }
    case .int32(let values): values.map { Float($0) }
    case .int64(let values): values.map { Float($0) }
    case .uint8(let values): values.map { Float($0) }
    case .uint16(let values): values.map { Float($0) }
    case .uint32(let values): values.map { Float($0) }
    case .uint64(let values): values.map { Float($0) }
    case .float(let values): values
    case .double(let values): values.map { Float($0) }
    case .complexFloat, .complexDouble: nil
    }
  }
}

extension NumericArray.Elements {
  /// How many numbers there are, a complex one counting once.
  public var count: Int {
    switch self {
    case .bool(let values): values.count
    case .int8(let values): values.count
    case .int16(let values): values.count
    case .int32(let values): values.count
    case .int64(let values): values.count
    case .uint8(let values): values.count
    case .uint16(let values): values.count
    case .uint32(let values): values.count
    case .uint64(let values): values.count
    case .float(let values): values.count
    case .double(let values): values.count
    case .complexFloat(let values): values.count / 2
    case .complexDouble(let values): values.count / 2
    }
  }
}

extension [Int] {
  /// How many elements an array of this shape has; `nil` if no machine could count them.
  var elementCount: Int? {
    var count = 1
    // An empty axis makes the whole array empty, whatever the other axes claim.
    if contains(0) { return 0 }
    for size in self {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size > 0, !overflow else { return nil }
      count = product
    }
    return count
  }
}
