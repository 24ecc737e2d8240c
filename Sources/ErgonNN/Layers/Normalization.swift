public import ErgonTensor

/// Brings every channel to mean 0 and variance 1 over the batch, then scales and shifts it.
///
/// While learning it uses the moments of the batch and follows them with running means, which it
/// uses otherwise. In inference the activation costs no pass of its own.
///
/// ```swift
/// let norm = BatchNorm(16, activation: .relu)
/// norm(x, pass)                              // x: [32, 8, 8, 16]  ->  [32, 8, 8, 16]
/// ```
///
/// - Reference: Ioffe, Szegedy, "Batch normalization", 2015.
public struct BatchNorm: Layer {
  @Parameter public var weight: Tensor<Float>
  @Parameter public var bias: Tensor<Float>
  @Buffer public var runningMean: Tensor<Float>
  @Buffer public var runningVariance: Tensor<Float>
  /// The weight of a new batch in the running moments.
  public let momentum: Float
  public let epsilon: Float
  public let activation: Activation

  public init(
    _ channels: Int, momentum: Float = 0.1, epsilon: Float = 1e-5, activation: Activation = .none
  ) {
    weight = Tensor(repeating: 1, shape: [channels])
    bias = Tensor(repeating: 0, shape: [channels])
    runningMean = Tensor(repeating: 0, shape: [channels])
    runningVariance = Tensor(repeating: 1, shape: [channels])
    self.momentum = momentum
    self.epsilon = epsilon
    self.activation = activation
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    guard pass.isTraining else {
      return x.batchNorm(
        mean: runningMean, variance: runningVariance, weight: weight, bias: bias,
        epsilon: epsilon, activation: activation)
    }
    let rows = x.count / max(x.shape[-1], 1)
    precondition(rows > 1, "BatchNorm: \(x.shape) has one place a channel, too few for a variance")
    let result = x.batchNorm(weight: weight, bias: bias, epsilon: epsilon)
    if !pass.isReplay { follow(result, rows) }
    return result.output.activated(by: activation)
  }

  /// Moves the running moments towards a batch's.
  private func follow(_ result: BatchNormResult<Float>, _ rows: Int) {
    withoutRecording {
      // What is expected of a new case is the unbiased variance.
      let unbiased = Float(rows) / Float(rows - 1)
      runningMean = runningMean * (1 - momentum) + result.mean * momentum
      runningVariance = runningVariance * (1 - momentum) + result.variance * (momentum * unbiased)
    }
  }
}

/// Brings every row along the last axis to mean 0 and variance 1, then scales and shifts it.
///
/// - Reference: Ba, Kiros, Hinton, "Layer normalization", 2016.
public struct LayerNorm: Layer {
  @Parameter public var weight: Tensor<Float>
  @Parameter public var bias: Tensor<Float>?
  public let epsilon: Float

  public init(_ width: Int, bias: Bool = true, epsilon: Float = 1e-5) {
    weight = Tensor(repeating: 1, shape: [width])
    self.bias = bias ? Tensor(repeating: 0, shape: [width]) : nil
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    x.layerNorm(weight: weight, bias: bias, epsilon: epsilon)
  }
}

/// Divides every row along the last axis by its root mean square, then scales it.
///
/// - Reference: Zhang, Sennrich, "Root mean square layer normalization", 2019.
public struct RMSNorm: Layer {
  @Parameter public var weight: Tensor<Float>
  public let epsilon: Float

  public init(_ width: Int, epsilon: Float = 1e-6) {
    weight = Tensor(repeating: 1, shape: [width])
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    x.rmsNorm(weight: weight, epsilon: epsilon)
  }
}

/// Brings every group of channels of every image to mean 0 and variance 1, then scales and shifts
/// by channel; it needs no batch.
///
/// - Reference: Wu, He, "Group normalization", 2018.
public struct GroupNorm: Layer {
  @Parameter public var weight: Tensor<Float>
  @Parameter public var bias: Tensor<Float>
  public let groups: Int
  public let epsilon: Float

  /// - Precondition: `groups` divides `channels`.
  public init(groups: Int, channels: Int, epsilon: Float = 1e-5) {
    precondition(
      groups > 0 && channels % groups == 0,
      "GroupNorm: \(channels) channels do not divide into \(groups) groups")
    weight = Tensor(repeating: 1, shape: [channels])
    bias = Tensor(repeating: 0, shape: [channels])
    self.groups = groups
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    x.groupNorm(groups: groups, weight: weight, bias: bias, epsilon: epsilon)
  }
}
