import CErgonKernels

extension Tensor: CustomStringConvertible, CustomDebugStringConvertible {
  /// The elements in aligned blocks, brackets around each axis; of large arrays the first and
  /// last three along each axis.
  public var description: String { Printer(self).text }

  /// The elements with shape and element type.
  public var debugDescription: String {
    let recorded = node == nil ? "" : ", recorded"
    return "Tensor<\(Scalar.elementName)> \(shape)\(recorded)\n\(description)"
  }
}

extension Tensor: CustomReflectable {
  /// Shape and elements; of large arrays the shape alone.
  public var customMirror: Mirror {
    var children: [(String?, Any)] = [("shape", shape.lengths)]
    if count <= 100 { children.append(("values", values)) }
    return Mirror(
      self, children: children.map { Mirror.Child(label: $0.0, value: $0.1) },
      displayStyle: .struct)
  }
}

/// The text of an array.
private struct Printer<Scalar: TensorScalar> {
  /// Arrays of more elements are summarised, to this many at both ends of an axis.
  private static var most: Int { 1000 }
  private static var edge: Int { 3 }

  private let shape: Shape
  private let isSummary: Bool
  private let word: [Int: String]
  private let width: Int
  private(set) var text = ""

  init(_ array: Tensor<Scalar>) {
    shape = array.shape
    isSummary = array.count > Self.most
    let dense = array.stoppingGradient.contiguous()
    // Only what is shown is looked at, by its place in row-major order.
    let places = Self.shownPlaces(shape, isSummary)
    let values = dense.withElements { elements in places.map { elements[$0] } }
    let words = Self.words(values)
    width = words.map(\.count).max() ?? 0
    word = Dictionary(uniqueKeysWithValues: zip(places, words))
    write(axis: 0, first: 0)
  }

  private static func shownPlaces(_ shape: Shape, _ isSummary: Bool) -> [Int] {
    if shape.count == 0 { return [] }
    return (0..<shape.rank).reduce([0]) { places, axis in
      let shown = positions(shape.axes[axis], isSummary).filter { $0 >= 0 }
      return places.flatMap { place in shown.map { place * shape.axes[axis] + $0 } }
    }
  }

  /// The positions of an axis that are shown, -1 for those left out.
  private static func positions(_ length: Int, _ isSummary: Bool) -> [Int] {
    guard isSummary, length > 2 * edge + 1 else { return Array(0..<length) }
    return Array(0..<edge) + [-1] + Array(length - edge..<length)
  }

  private mutating func write(axis: Int, first: Int) {
    if axis == shape.rank {
      let word = word[first]!
      text += String(repeating: " ", count: width - word.count) + word
      return
    }
    let step = shape.product(axis + 1..<shape.rank)
    let isRow = axis == shape.rank - 1
    // Rows on lines of their own, an empty line between blocks.
    let separator =
      isRow
      ? ", "
      : "," + String(repeating: "\n", count: shape.rank - 1 - axis)
        + String(repeating: " ", count: axis + 1)
    text += "["
    for (number, i) in Self.positions(shape.axes[axis], isSummary).enumerated() {
      if number > 0 { text += separator }
      if i < 0 { text += "…" } else { write(axis: axis + 1, first: first + i * step) }
    }
    text += "]"
  }

  /// The elements as words that align.
  private static func words(_ values: [Scalar]) -> [String] {
    if let numbers = values as? [Float] { return NumberColumn.words(numbers.map(Double.init)) }
    if let numbers = values as? [Double] { return NumberColumn.words(numbers) }
    return values.map { "\($0)" }
  }
}
