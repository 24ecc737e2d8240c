import CErgonKernels

// Functions of one variable, element by element; Tensor+Derivatives.swift has their derivatives.
extension Tensor where Scalar: FloatScalar {
  public static prefix func - (a: Tensor) -> Tensor {
    let y = a.mapped(EK_NEGATE)
    guard a.isRecorded else { return y }
    let a = a.outline
    return y.recorded { g, back in back.add(to: a) { -g } }
  }

  /// Magnitudes; the gradient at 0 is 0.
  public func abs() -> Tensor { applying(EK_ABS) }
  /// -1, 0 or 1; the gradient is zero.
  public func sign() -> Tensor { mapped(EK_SIGN) }
  public func squared() -> Tensor { applying(EK_SQUARE) }
  public func sqrt() -> Tensor { applying(EK_SQRT) }
  /// 1 / √x.
  public func rsqrt() -> Tensor { applying(EK_RSQRT) }
  /// 1 / x.
  public func reciprocal() -> Tensor { applying(EK_RECIPROCAL) }

  // MARK: Exponentials and logarithms

  public func exp() -> Tensor { applying(EK_EXP) }
  /// eˣ - 1, exact near 0.
  public func expm1() -> Tensor { applying(EK_EXPM1) }
  public func log() -> Tensor { applying(EK_LOG) }
  /// log(1 + x), exact near 0.
  public func log1p() -> Tensor { applying(EK_LOG1P) }

  // MARK: Trigonometry

  public func sin() -> Tensor { applying(EK_SIN) }
  public func cos() -> Tensor { applying(EK_COS) }
  public func tan() -> Tensor { applying(EK_TAN) }
  public func asin() -> Tensor { applying(EK_ASIN) }
  public func acos() -> Tensor { applying(EK_ACOS) }
  public func atan() -> Tensor { applying(EK_ATAN) }
  public func sinh() -> Tensor { applying(EK_SINH) }
  public func cosh() -> Tensor { applying(EK_COSH) }
  public func tanh() -> Tensor { applying(EK_TANH) }
  /// The error function, 2/√π ∫₀ˣ exp(-t²) dt.
  public func erf() -> Tensor {
    applying(EK_ERF)
  }

  // MARK: Rounding; the gradient is zero

  public func floor() -> Tensor { mapped(EK_FLOOR) }
  public func ceil() -> Tensor { mapped(EK_CEIL) }
  /// The nearest whole number, halves to the even one.
  public func rounded() -> Tensor { mapped(EK_ROUND) }
}
