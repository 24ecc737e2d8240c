import CErgonKernels

// Activation functions, element by element.
extension Tensor where Scalar: FloatScalar {
  /// 1 / (1 + exp(-x)).
  public func sigmoid() -> Tensor {
    applying(EK_SIGMOID) { x in
      let y = x.sigmoid()
      return y - y.squared()
    }
  }

  /// log(1 + exp(x)), which never overflows.
  public func softplus() -> Tensor { applying(EK_SOFTPLUS) { $0.sigmoid() } }

  /// log of the sigmoid: -softplus(-x).
  public func logSigmoid() -> Tensor { -(-self).softplus() }

  /// max(x, 0); the gradient at 0 is 0.
  public func relu() -> Tensor { applying(EK_RELU) { $0.isPositive } }

  /// max(x, 0)².
  public func squaredReLU() -> Tensor { applying(EK_SQUARED_RELU) { $0.relu() * 2 } }

  /// x sigmoid(x), also called swish.
  public func silu() -> Tensor {
    applying(EK_SILU) { x in
      let s = x.sigmoid()
      return s + x * s * (1 - s)
    }
  }

  /// x Φ(x) with the normal distribution function Φ, exactly.
  public func gelu() -> Tensor {
    applying(EK_GELU) { x in
      let density = (x.squared() * -0.5).exp() / (2 * Scalar.pi).squareRoot()
      return ((x * Scalar(0.5).squareRoot()).erf() + 1) * 0.5 + x * density
    }
  }

  /// GELU by its usual approximation, 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))).
  public func geluTanh() -> Tensor {
    applying(EK_GELU_TANH) { x in
      let scale = (2 / Scalar.pi).squareRoot()
      let t = ((x + x * x.squared() * 0.044715) * scale).tanh()
      let inner = (x.squared() * (3 * 0.044715) + 1) * scale
      return (t + 1) * 0.5 + x * (1 - t.squared()) * inner * 0.5
    }
  }

  /// x where positive, `slope` x elsewhere.
  public func leakyReLU(slope: Scalar = 0.01) -> Tensor { relu() - (-self).relu() * slope }

  /// x where positive, α (eˣ - 1) elsewhere.
  public func elu(alpha: Scalar = 1) -> Tensor { relu() + (-(-self).relu()).expm1() * alpha }

  /// 1 where an element is positive, else 0; a constant to gradients.
  private var isPositive: Tensor { Tensor(self .> 0) }
}
