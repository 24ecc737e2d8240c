/// An n-dimensional array of numbers: a value, however many views share its memory.
///
/// Slices, transposes and broadcasts are views that copy nothing; changing an array that shares
/// its memory copies it first. A tensor that descends from a watched one records the operations
/// on it, so that ``valueAndGradient(at:_:)-(Tensor<S>,_)`` can walk them back.
///
/// ```swift
/// let x = Tensor<Float>([[1, 2, 3], [4, 5, 6]])   // [2, 3]
/// let y = (x * 2 + 1).sum(axes: [0])              // [3]: [12, 16, 20]
/// ```
public struct Tensor<Scalar: TensorScalar>: Sendable {
  var storage: TensorStorage
  var layout: Layout
  /// The operation that made this tensor, where a gradient may be asked for.
  var node: TapeNode?

  @inline(__always)
  init(storage: TensorStorage, layout: Layout, node: TapeNode? = nil) {
    self.storage = storage
    self.layout = layout
    self.node = node
  }

  /// A new contiguous array whose elements `fill` writes, all of them.
  @inline(__always)
  package init(shape: Shape, writing fill: (UnsafeMutablePointer<Scalar>) -> Void) {
    let storage = TensorStorage(byteCount: shape.count &* MemoryLayout<Scalar>.stride)
    fill(storage.bytes.assumingMemoryBound(to: Scalar.self))
    self.init(storage: storage, layout: Layout(contiguous: shape))
  }

  /// The lengths of the axes.
  public var shape: Shape { layout.shape }
  /// The number of axes.
  public var rank: Int { layout.shape.rank }
  /// The number of elements.
  public var count: Int { layout.shape.count }
  /// Whether the elements lie in row-major order without gaps.
  public var isContiguous: Bool { layout.isContiguous }

  /// The first element of the view, to be read with ``Layout/strides``.
  @inline(__always)
  package var start: UnsafePointer<Scalar> {
    UnsafePointer(storage.bytes.assumingMemoryBound(to: Scalar.self) + layout.offset)
  }
}

// MARK: Making arrays

extension Tensor {
  /// A scalar: an array without axes.
  public init(_ value: Scalar) {
    self.init(shape: []) { $0.initialize(to: value) }
  }

  /// A vector.
  public init(_ values: [Scalar]) {
    self.init(values, shape: [values.count])
  }

  /// An array of a shape from its elements in row-major order.
  ///
  /// - Precondition: as many values as the shape has elements.
  public init(_ values: some Collection<Scalar>, shape: Shape) {
    precondition(
      values.count == shape.count,
      "tensor: \(values.count) values do not fill the shape \(shape)")
    self.init(shape: shape) { out in
      _ = UnsafeMutableBufferPointer(start: out, count: shape.count).initialize(from: values)
    }
  }

  /// A matrix from its rows.
  ///
  /// - Precondition: rows of one length.
  @_disfavoredOverload  // so that [] is an empty vector
  public init(_ rows: [[Scalar]]) {
    let columns = rows.first?.count ?? 0
    precondition(
      rows.allSatisfy { $0.count == columns }, "tensor: rows of different lengths")
    self.init(rows.flatMap { $0 }, shape: [rows.count, columns])
  }

  /// An array whose elements are all `value`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public init(repeating value: Scalar, shape: Shape) {
    self.init(shape: shape) { Scalar._fill(shape.count, value, $0) }
  }
}

// MARK: Reading and writing

extension Tensor {
  /// The elements in row-major order.
  public var values: [Scalar] {
    withElements { Array($0) }
  }

  /// The only element of an array that has one.
  ///
  /// - Precondition: ``count`` is 1.
  public var scalar: Scalar {
    precondition(count == 1, "scalar: \(shape) has \(count) elements")
    return start.pointee
  }

  /// Reads the elements in row-major order; copies first where the view is not contiguous.
  public func withElements<R, E>(
    _ body: (UnsafeBufferPointer<Scalar>) throws(E) -> R
  ) throws(E) -> R {
    let dense = contiguous()
    defer { withExtendedLifetime(dense.storage) {} }
    return try body(UnsafeBufferPointer(start: dense.start, count: count))
  }

  /// Changes the elements in place, in row-major order; copies first where memory is shared.
  ///
  /// - Precondition: the tensor records no gradient.
  public mutating func withMutableElements<R, E>(
    _ body: (UnsafeMutableBufferPointer<Scalar>) throws(E) -> R
  ) throws(E) -> R {
    makeUnique()
    defer { withExtendedLifetime(storage) {} }
    return try body(
      UnsafeMutableBufferPointer(start: UnsafeMutablePointer(mutating: start), count: count))
  }

  /// Whether no other array shares this one's memory and the memory may be written.
  @inline(__always)
  var isUnique: Bool {
    mutating get { isKnownUniquelyReferenced(&storage) && !storage.isBorrowed }
  }

  /// Makes this array the only one on its memory, contiguous.
  mutating func makeUnique() {
    precondition(node == nil, "a tensor that records a gradient cannot be changed in place")
    if layout.isContiguous, isUnique { return }
    self = copied()
  }

  /// This array in row-major order without gaps; itself where it already is.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func contiguous() -> Tensor {
    if layout.isContiguous { return self }
    let result = copied()
    guard isRecorded else { return result }
    let x = outline
    return result.recorded { g, back in back.add(to: x) { g } }
  }

  /// A contiguous copy with memory of its own that records nothing.
  func copied() -> Tensor {
    let layout = layout
    return Tensor(shape: shape) { out in
      layout.shape.axes.withPointer { lengths in
        layout.strides.withPointer { strides in
          Scalar._copy(layout.shape.rank, lengths, strides, start, out)
        }
      }
    }
  }
}
