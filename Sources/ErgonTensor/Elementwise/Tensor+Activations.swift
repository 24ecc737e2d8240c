import CErgonKernels

// Activation functions, element by element.
extension Tensor where Scalar: FloatScalar {
  /// 1 / (1 + exp(-x)).
  public func sigmoid() -> Tensor { applying(EK_SIGMOID) }

  /// log(1 + exp(x)), which never overflows.
  public func softplus() -> Tensor { applying(EK_SOFTPLUS) }

  /// log of the sigmoid: -softplus(-x).
  public func logSigmoid() -> Tensor { -(-self).softplus() }

  /// max(x, 0); the gradient at 0 is 0.
  public func relu() -> Tensor { applying(EK_RELU) }

  /// max(x, 0)².
  public func squaredReLU() -> Tensor { applying(EK_SQUARED_RELU) }

  /// x sigmoid(x), also called swish.
  public func silu() -> Tensor { applying(EK_SILU) }

  /// x Φ(x) with the normal distribution function Φ, exactly.
  public func gelu() -> Tensor { applying(EK_GELU) }

  /// GELU by its usual approximation, 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))).
  public func geluTanh() -> Tensor { applying(EK_GELU_TANH) }

  /// x where positive, `slope` x elsewhere.
  public func leakyReLU(slope: Scalar = 0.01) -> Tensor { relu() - (-self).relu() * slope }

  /// x where positive, α (eˣ - 1) elsewhere.
  public func elu(alpha: Scalar = 1) -> Tensor { relu() + (-(-self).relu()).expm1() * alpha }

}
