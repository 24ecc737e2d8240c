public import ErgonTensor

/// Stochastic gradient descent, with momentum and Nesterov's look ahead if wanted.
///
///     g += weightDecay * p;  v = momentum * v + g;  p -= rate * (nesterov ? g + momentum * v : v)
///
/// ```swift
/// let optimizer = SGD(model, rate: 0.01, momentum: 0.9)
/// ```
///
/// - Reference: Sutskever, Martens, Dahl, Hinton, "On the importance of initialization and
///   momentum in deep learning", 2013.
public final class SGD: Optimizer {
  public let parameters: [NamedVariable]
  public var steps = 0
  /// The velocities; none without momentum.
  public let memory: [NamedVariable]
  public let configuration: [String: String]

  private let momentum: Float
  private let nesterov: Bool
  private let settings: [ParameterSettings]

  public init(
    _ parameters: [NamedVariable], rate: Float, momentum: Float = 0, nesterov: Bool = false,
    weightDecay: Float = 0, groups: [ParameterGroup] = []
  ) {
    self.parameters = parameters.filter(\.variable.isTrainable)
    self.momentum = momentum
    self.nesterov = nesterov
    memory = momentum == 0 ? [] : self.parameters.zeros(named: "velocity")
    configuration = [
      "rate": "\(rate)", "momentum": "\(momentum)", "nesterov": "\(nesterov)",
      "weight decay": "\(weightDecay)", "groups": groups.text,
    ]
    settings = ParameterSettings.resolve(
      self.parameters, rate: rate, weightDecay: weightDecay, groups: groups)
  }

  public convenience init(
    _ model: some Module, rate: Float, momentum: Float = 0, nesterov: Bool = false,
    weightDecay: Float = 0, groups: [ParameterGroup] = []
  ) {
    self.init(
      model.parameters(), rate: rate, momentum: momentum, nesterov: nesterov,
      weightDecay: weightDecay, groups: groups)
  }

  public func step(_ gradients: [Tensor<Float>], _ factors: StepFactors) {
    parameters.check(gradients)
    steps += 1
    for index in parameters.indices {
      let rate = settings[index].rate * factors.rate
      let decay = settings[index].weightDecay * factors.weightDecay
      gradients[index].withElements { g in
        parameters[index].variable.value.withMutableElements { p in
          guard let p = p.baseAddress, let g = g.baseAddress else { return }
          let count = gradients[index].count
          guard !memory.isEmpty else {
            Float._sgdStep(count, rate, 0, false, decay, g, nil, p)
            return
          }
          memory[index].variable.value.withMutableElements { v in
            Float._sgdStep(count, rate, momentum, nesterov, decay, g, v.baseAddress, p)
          }
        }
      }
    }
  }
}
