// The kernels in plain Swift, for element types that the C kernels do not know: masks and complex
// numbers.

extension TensorScalar {
  public static func _copy(
    _ rank: Int, _ shape: UnsafePointer<Int>, _ xStrides: UnsafePointer<Int>,
    _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>
  ) {
    var out = 0
    Walk.run(rank, shape) { place in
      y[out] = x[place.offset(xStrides)]
      out += 1
    }
  }

  public static func _spread(
    _ rank: Int, _ shape: UnsafePointer<Int>, _ x: UnsafePointer<Self>,
    _ yStrides: UnsafePointer<Int>, _ y: UnsafeMutablePointer<Self>
  ) {
    var source = 0
    Walk.run(rank, shape) { place in
      y[place.offset(yStrides)] = x[source]
      source += 1
    }
  }

  public static func _fill(_ count: Int, _ value: Self, _ y: UnsafeMutablePointer<Self>) {
    y.update(repeating: value, count: count)
  }

  public static func _select(
    _ rank: Int, _ shape: UnsafePointer<Int>, _ maskStrides: UnsafePointer<Int>,
    _ mask: UnsafePointer<UInt8>, _ aStrides: UnsafePointer<Int>, _ a: UnsafePointer<Self>,
    _ bStrides: UnsafePointer<Int>, _ b: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>
  ) {
    var out = 0
    Walk.run(rank, shape) { place in
      y[out] =
        mask[place.offset(maskStrides)] != 0
        ? a[place.offset(aStrides)] : b[place.offset(bStrides)]
      out += 1
    }
  }

  public static func _gather(
    _ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>,
    _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>
  ) {
    for o in 0..<outer {
      for j in 0..<count {
        let source = x + (o * length + Int(index[j])) * inner
        (y + (o * count + j) * inner).update(from: source, count: inner)
      }
    }
  }

  public static func _takeAlong(
    _ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>,
    _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>
  ) {
    for o in 0..<outer {
      for j in 0..<count {
        for i in 0..<inner {
          let place = (o * count + j) * inner + i
          y[place] = x[(o * length + Int(index[place])) * inner + i]
        }
      }
    }
  }
}

/// A walk over every place of a shape in row-major order.
struct Walk {
  private(set) var index = Axes()
  private let rank: Int

  /// The place's distance from the first element.
  func offset(_ strides: UnsafePointer<Int>) -> Int {
    var offset = 0
    for axis in 0..<rank { offset += index[axis] * strides[axis] }
    return offset
  }

  static func run(_ rank: Int, _ shape: UnsafePointer<Int>, _ body: (Walk) -> Void) {
    for axis in 0..<rank where shape[axis] == 0 { return }
    var walk = Walk(rank: rank)
    while true {
      body(walk)
      var axis = rank - 1
      while axis >= 0 {
        walk.index[axis] += 1
        if walk.index[axis] < shape[axis] { break }
        walk.index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }

  private init(rank: Int) { self.rank = rank }
}
