public import ErgonTensor
import RealModule

/// Adam: steps scaled by running means of the gradient and of its square.
///
///     m = β1 m + (1 - β1) g;  v = β2 v + (1 - β2) g²
///     p -= rate * (m / (1 - β1ᵗ)) / (√(v / (1 - β2ᵗ)) + epsilon)
///
/// Weight decay is added to the gradient; ``AdamW`` takes it from the parameter itself.
///
/// - Reference: Kingma, Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1.
public class Adam: Optimizer {
  public let parameters: [NamedVariable]
  public var steps = 0
  /// The running means `m` of all parameters, then their `v`.
  public let memory: [NamedVariable]
  public let configuration: [String: String]

  private let beta1: Float
  private let beta2: Float
  private let epsilon: Float
  private let isDecoupled: Bool
  private let settings: [ParameterSettings]

  init(
    _ parameters: [NamedVariable], _ rate: Float, _ beta1: Float, _ beta2: Float,
    _ epsilon: Float, _ weightDecay: Float, isDecoupled: Bool, _ groups: [ParameterGroup]
  ) {
    self.parameters = parameters.filter(\.variable.isTrainable)
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.isDecoupled = isDecoupled
    memory = self.parameters.zeros(named: "mean") + self.parameters.zeros(named: "square")
    configuration = [
      "rate": "\(rate)", "beta1": "\(beta1)", "beta2": "\(beta2)", "epsilon": "\(epsilon)",
      "weight decay": "\(weightDecay)", "groups": groups.text,
    ]
    settings = ParameterSettings.resolve(
      self.parameters, rate: rate, weightDecay: weightDecay, groups: groups)
  }

  public convenience init(
    _ parameters: [NamedVariable], rate: Float = 1e-3, beta1: Float = 0.9, beta2: Float = 0.999,
    epsilon: Float = 1e-8, weightDecay: Float = 0, groups: [ParameterGroup] = []
  ) {
    self.init(
      parameters, rate, beta1, beta2, epsilon, weightDecay, isDecoupled: false, groups)
  }

  public convenience init(
    _ model: some Module, rate: Float = 1e-3, beta1: Float = 0.9, beta2: Float = 0.999,
    epsilon: Float = 1e-8, weightDecay: Float = 0, groups: [ParameterGroup] = []
  ) {
    self.init(
      model.parameters(), rate, beta1, beta2, epsilon, weightDecay, isDecoupled: false, groups)
  }

  public final func step(_ gradients: [Tensor<Float>], _ factors: StepFactors) {
    parameters.check(gradients)
    steps += 1
    let correction1 = Float(1 - Double.pow(Double(beta1), steps))
    let correction2 = Float(1 - Double.pow(Double(beta2), steps))
    for index in parameters.indices {
      let rate = settings[index].rate * factors.rate
      let decay = settings[index].weightDecay * factors.weightDecay
      gradients[index].withElements { g in
        memory[index].variable.value.withMutableElements { m in
          memory[parameters.count + index].variable.value.withMutableElements { v in
            parameters[index].variable.value.withMutableElements { p in
              guard let g = g.baseAddress, let m = m.baseAddress, let v = v.baseAddress,
                let p = p.baseAddress
              else { return }
              Float._adamStep(
                gradients[index].count, rate, beta1, beta2, epsilon, decay, isDecoupled,
                correction1, correction2, g, m, v, p)
            }
          }
        }
      }
    }
  }
}

/// Adam with weight decay taken from the parameter itself, independent of the gradient's size.
///
/// ```swift
/// AdamW(model, rate: 3e-4, groups: [ParameterGroup("*.bias", weightDecay: 0)])
/// ```
///
/// - Reference: Loshchilov, Hutter, "Decoupled weight decay regularization", 2019, algorithm 2.
public final class AdamW: Adam {
  public convenience init(
    _ parameters: [NamedVariable], rate: Float = 1e-3, beta1: Float = 0.9, beta2: Float = 0.999,
    epsilon: Float = 1e-8, weightDecay: Float = 0.01, groups: [ParameterGroup] = []
  ) {
    self.init(
      parameters, rate, beta1, beta2, epsilon, weightDecay, isDecoupled: true, groups)
  }

  public convenience init(
    _ model: some Module, rate: Float = 1e-3, beta1: Float = 0.9, beta2: Float = 0.999,
    epsilon: Float = 1e-8, weightDecay: Float = 0.01, groups: [ParameterGroup] = []
  ) {
    self.init(
      model.parameters(), rate, beta1, beta2, epsilon, weightDecay, isDecoupled: true, groups)
  }
}
