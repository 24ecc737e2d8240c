import CErgonKernels

// Functions of one variable, element by element. Each gives the derivative in terms of the
// argument, which is what a gradient of a gradient walks through; a plain gradient is one kernel.
extension Tensor where Scalar: FloatScalar {
  /// A function's kernel, and its derivative for the tape.
  @inline(__always)
  func applying(_ op: ek_unary_op, derivative: @escaping (Tensor) -> Tensor) -> Tensor {
    let y = mapped(op)
    guard isRecorded else { return y }
    let x = self
    return y.recorded { g, back in
      back.add(to: x) {
        Tensor.records(g, x)
          ? g * derivative(x) : x.slope(of: op, value: y, gradient: g)
      }
    }
  }

  public static prefix func - (a: Tensor) -> Tensor {
    let y = a.mapped(EK_NEGATE)
    guard a.isRecorded else { return y }
    let a = a.outline
    return y.recorded { g, back in back.add(to: a) { -g } }
  }

  /// Magnitudes; the gradient at 0 is 0.
  public func abs() -> Tensor { applying(EK_ABS) { $0.sign() } }
  /// -1, 0 or 1; the gradient is zero.
  public func sign() -> Tensor { mapped(EK_SIGN) }
  public func squared() -> Tensor { applying(EK_SQUARE) { $0 * 2 } }
  public func sqrt() -> Tensor { applying(EK_SQRT) { $0.rsqrt() * 0.5 } }
  /// 1 / √x.
  public func rsqrt() -> Tensor { applying(EK_RSQRT) { $0.rsqrt() / $0 * -0.5 } }
  /// 1 / x.
  public func reciprocal() -> Tensor { applying(EK_RECIPROCAL) { -$0.reciprocal().squared() } }

  // MARK: Exponentials and logarithms

  public func exp() -> Tensor { applying(EK_EXP) { $0.exp() } }
  /// eˣ - 1, exact near 0.
  public func expm1() -> Tensor { applying(EK_EXPM1) { $0.exp() } }
  public func log() -> Tensor { applying(EK_LOG) { $0.reciprocal() } }
  /// log(1 + x), exact near 0.
  public func log1p() -> Tensor { applying(EK_LOG1P) { ($0 + 1).reciprocal() } }

  // MARK: Trigonometry

  public func sin() -> Tensor { applying(EK_SIN) { $0.cos() } }
  public func cos() -> Tensor { applying(EK_COS) { -$0.sin() } }
  public func tan() -> Tensor { applying(EK_TAN) { $0.tan().squared() + 1 } }
  public func asin() -> Tensor { applying(EK_ASIN) { (1 - $0.squared()).rsqrt() } }
  public func acos() -> Tensor { applying(EK_ACOS) { -(1 - $0.squared()).rsqrt() } }
  public func atan() -> Tensor { applying(EK_ATAN) { ($0.squared() + 1).reciprocal() } }
  public func sinh() -> Tensor { applying(EK_SINH) { $0.cosh() } }
  public func cosh() -> Tensor { applying(EK_COSH) { $0.sinh() } }
  public func tanh() -> Tensor { applying(EK_TANH) { 1 - $0.tanh().squared() } }
  /// The error function, 2/√π ∫₀ˣ exp(-t²) dt.
  public func erf() -> Tensor {
    applying(EK_ERF) { (-$0.squared()).exp() * (2 / Scalar.pi.squareRoot()) }
  }

  // MARK: Rounding; the gradient is zero

  public func floor() -> Tensor { mapped(EK_FLOOR) }
  public func ceil() -> Tensor { mapped(EK_CEIL) }
  /// The nearest whole number, halves to the even one.
  public func rounded() -> Tensor { mapped(EK_ROUND) }
}
