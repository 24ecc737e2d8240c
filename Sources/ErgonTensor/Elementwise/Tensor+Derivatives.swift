import CErgonKernels

extension Tensor where Scalar: FloatScalar {
  /// A function of one variable.
  ///
  /// Its gradient is one kernel, or, where a gradient of the gradient is recorded, the product with
  /// the derivative written in operations that record.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func applying(_ op: ek_unary_op) -> Tensor {
    let y = mapped(op)
    guard isRecorded else { return y }
    let x = self
    return y.recorded { g, back in
      back.add(to: x) {
        Tensor.records(g, x)
          ? g * x.derivative(of: op) : x.slope(of: op, value: y, gradient: g)
      }
    }
  }

  /// The derivative of a function at each element.
  private func derivative(of op: ek_unary_op) -> Tensor {
    let x = self
    switch op {
    case EK_ABS: return x.sign()
    case EK_SQUARE: return x * 2
    case EK_SQRT: return x.rsqrt() * 0.5
    case EK_RSQRT: return x.rsqrt() / x * -0.5
    case EK_RECIPROCAL: return -x.reciprocal().squared()
    case EK_EXP, EK_EXPM1: return x.exp()
    case EK_LOG: return x.reciprocal()
    case EK_LOG1P: return (x + 1).reciprocal()
    case EK_SIN: return x.cos()
    case EK_COS: return -x.sin()
    case EK_TAN: return x.tan().squared() + 1
    case EK_ASIN: return (1 - x.squared()).rsqrt()
    case EK_ACOS: return -(1 - x.squared()).rsqrt()
    case EK_ATAN: return (x.squared() + 1).reciprocal()
    case EK_SINH: return x.cosh()
    case EK_COSH: return x.sinh()
    case EK_TANH: return 1 - x.tanh().squared()
    case EK_ERF: return (-x.squared()).exp() * (2 / Scalar.pi.squareRoot())
    case EK_SIGMOID:
      let y = x.sigmoid()
      return y - y.squared()
    case EK_SOFTPLUS: return x.sigmoid()
    case EK_RELU: return Tensor(x .> 0)
    case EK_SQUARED_RELU: return x.relu() * 2
    case EK_SILU:
      let s = x.sigmoid()
      return s + x * s * (1 - s)
    case EK_GELU:
      let density = (x.squared() * -0.5).exp() / (2 * Scalar.pi).squareRoot()
      return ((x * Scalar(0.5).squareRoot()).erf() + 1) * 0.5 + x * density
    case EK_GELU_TANH:
      let scale = (2 / Scalar.pi).squareRoot()
      let t = ((x + x * x.squared() * 0.044715) * scale).tanh()
      let inner = (x.squared() * (3 * 0.044715) + 1) * scale
      return (t + 1) * 0.5 + x * (1 - t.squared()) * inner * 0.5
    default: preconditionFailure("no derivative of operation \(op.rawValue)")
    }
  }
}
