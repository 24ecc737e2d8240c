public import CErgonKernels
public import ComplexModule

// The arithmetic kernels for complex numbers, in plain Swift.

extension Complex where RealType: FloatScalar {
  public static func _binary(
    _ op: ek_binary_op, _ rank: Int, _ shape: UnsafePointer<Int>,
    _ aStrides: UnsafePointer<Int>, _ a: UnsafePointer<Self>, _ bStrides: UnsafePointer<Int>,
    _ b: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>
  ) {
    var out = 0
    Walk.run(rank, shape) { place in
      y[out] = apply(op, a[place.offset(aStrides)], b[place.offset(bStrides)])
      out += 1
    }
  }

  public static func _binaryFlat(
    _ op: ek_binary_op, _ count: Int, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>,
    _ y: UnsafeMutablePointer<Self>
  ) {
    for i in 0..<count { y[i] = apply(op, a[i], b[i]) }
  }

  public static func _binaryScalar(
    _ op: ek_binary_op, _ reversed: Bool, _ count: Int, _ a: UnsafePointer<Self>, _ scalar: Self,
    _ y: UnsafeMutablePointer<Self>
  ) {
    for i in 0..<count { y[i] = reversed ? apply(op, scalar, a[i]) : apply(op, a[i], scalar) }
  }

  public static func _reduce(
    _ op: ek_reduce_op, _ outer: Int, _ length: Int, _ inner: Int, _ x: UnsafePointer<Self>,
    _ y: UnsafeMutablePointer<Self>
  ) {
    precondition(
      op == EK_SUM || op == EK_PRODUCT, "complex arrays only add up and multiply")
    for o in 0..<outer {
      for i in 0..<inner {
        var total: Self = op == EK_SUM ? 0 : 1
        for j in 0..<length {
          let value = x[(o * length + j) * inner + i]
          if op == EK_SUM { total += value } else { total *= value }
        }
        y[o * inner + i] = total
      }
    }
  }

  private static func apply(_ op: ek_binary_op, _ a: Self, _ b: Self) -> Self {
    switch op {
    case EK_ADD: a + b
    case EK_SUBTRACT: a - b
    case EK_MULTIPLY: a * b
    case EK_DIVIDE: a / b
    default: preconditionFailure("complex arrays only add, subtract, multiply and divide")
    }
  }
}
