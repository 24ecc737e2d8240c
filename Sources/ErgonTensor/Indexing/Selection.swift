/// A part of every array of one shape: some positions of each axis, as a view.
struct Selection: Sendable {
  /// The shape of the part.
  private(set) var shape: Shape
  /// For each axis of the array the first position and the step.
  private var starts = Axes()
  private var steps = Axes()
  /// For each axis of the part the array's axis, or -1 for a new one.
  private var sources = Axes()

  /// The part of arrays of `shape` that some indices name; axes not named are whole.
  init(_ indices: [any TensorIndex], of shape: Shape) {
    var named = 0
    var hasEllipsis = false
    for index in indices {
      switch index.axisIndex.kind {
      case .position, .slice: named += 1
      case .newAxis: break
      case .ellipsis:
        precondition(!hasEllipsis, "index: more than one ellipsis for \(shape)")
        hasEllipsis = true
      }
    }
    precondition(named <= shape.rank, "index: \(named) indices for \(shape)")
    var builder = Builder(shape)
    for index in indices {
      switch index.axisIndex.kind {
      case .position(let position): builder.take(position)
      case .slice(let from, let to, let step): builder.take(from, to, step)
      case .newAxis: builder.add()
      case .ellipsis: for _ in named..<shape.rank { builder.takeWhole() }
      }
    }
    self = builder.finish()
  }

  /// One position of the first axis.
  @inline(__always)
  init(row: Int, of shape: Shape) {
    var builder = Builder(shape)
    builder.take(row)
    self = builder.finish()
  }

  /// A slice of one axis.
  init(axis: Int, from: Int?, to: Int?, by step: Int, of shape: Shape) {
    var builder = Builder(shape)
    for _ in 0..<axis { builder.takeWhole() }
    builder.take(from, to, step)
    self = builder.finish()
  }

  /// The axes of a set in reverse order.
  init(reversing axes: AxisSet, of shape: Shape) {
    var builder = Builder(shape)
    for axis in 0..<shape.rank {
      if axes.contains(axis) { builder.take(nil, nil, -1) } else { builder.takeWhole() }
    }
    self = builder.finish()
  }

  /// The block of a shape that begins at a corner.
  init(block: Shape, at corner: Axes, of shape: Shape) {
    var builder = Builder(shape)
    for axis in 0..<shape.rank {
      builder.take(corner[axis], corner[axis] + block.axes[axis], 1)
    }
    self = builder.finish()
  }

  private init(shape: Shape) { self.shape = shape }

  /// Where the part of an array with `layout` lies.
  func applied(to layout: Layout) -> Layout {
    var offset = layout.offset
    for axis in 0..<layout.shape.rank { offset += starts[axis] * layout.strides[axis] }
    var strides = Axes()
    for axis in 0..<shape.rank where sources[axis] >= 0 {
      strides[axis] = steps[sources[axis]] * layout.strides[sources[axis]]
    }
    return Layout(shape: shape, strides: strides, offset: offset)
  }

  private struct Builder {
    let source: Shape
    var axis = 0
    var selection: Selection
    var lengths = Axes()
    var rank = 0

    init(_ shape: Shape) {
      source = shape
      selection = Selection(shape: shape)
    }

    mutating func take(_ position: Int) {
      let length = source.axes[axis]
      let resolved = position < 0 ? position + length : position
      precondition(
        resolved >= 0 && resolved < length,
        "index: \(position) is outside axis \(axis) of \(source)")
      selection.starts[axis] = resolved
      axis += 1
    }

    mutating func take(_ from: Int?, _ to: Int?, _ step: Int) {
      let length = source.axes[axis]
      precondition(step != 0, "index: a step of 0 along axis \(axis) of \(source)")
      func resolve(_ bound: Int) -> Int { bound < 0 ? bound + length : bound }
      let first = from.map(resolve) ?? (step > 0 ? 0 : length - 1)
      let end = to.map(resolve) ?? (step > 0 ? length : -1)
      let distance = step > 0 ? end - first : first - end
      precondition(
        distance >= 0 && (distance == 0 || (first >= 0 && first < length)) && end <= length
          && end >= -1,
        "index: \(from ?? first)..<\(to ?? end) is outside axis \(axis) of \(source)")
      selection.starts[axis] = distance == 0 ? 0 : first
      selection.steps[axis] = step
      append(distance == 0 ? 0 : Int(UInt(distance - 1) / step.magnitude) + 1, axis)
      axis += 1
    }

    mutating func takeWhole() {
      selection.steps[axis] = 1
      append(source.axes[axis], axis)
      axis += 1
    }

    mutating func add() { append(1, -1) }

    private mutating func append(_ length: Int, _ from: Int) {
      precondition(rank < Shape.maximumRank, "index: more than \(Shape.maximumRank) axes")
      lengths[rank] = length
      selection.sources[rank] = from
      rank += 1
    }

    mutating func finish() -> Selection {
      while axis < source.rank { takeWhole() }
      selection.shape = Shape(lengths, rank: rank)
      return selection
    }
  }
}
