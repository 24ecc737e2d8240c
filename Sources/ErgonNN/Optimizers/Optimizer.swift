public import ErgonTensor

/// A rule that turns gradients into better parameters, in place.
///
/// An optimiser is made for the parameters that are trainable at that moment; gradients are handed
/// to it in their order. What it remembers between steps can be saved as named arrays.
///
/// ```swift
/// let optimizer = SGD(model, rate: 0.01, momentum: 0.9)
/// let (loss, gradients) = valueAndGradient(of: optimizer.parameters) { … }
/// optimizer.step(gradients)
/// ```
public protocol Optimizer: AnyObject {
  /// What is optimised.
  var parameters: [NamedVariable] { get }
  /// Steps taken so far.
  var steps: Int { get set }
  /// The arrays remembered between steps, by name: as many and of the shapes that the rule needs.
  var memory: [NamedVariable] { get }
  /// The settings that make its steps what they are, by name: a stored run goes on only with the
  /// same ones.
  var configuration: [String: String] { get }

  /// Changes the parameters by one step.
  ///
  /// - Parameters:
  ///   - gradients: One for each of ``parameters``, of its shape.
  ///   - factors: What a ``Schedule`` makes of the rates and the decay at this step.
  /// - Cost: one pass over parameters, gradients and memory; nothing is allocated.
  func step(_ gradients: [Tensor<Float>], _ factors: StepFactors)
}

extension Optimizer {
  /// Nothing: a rule without settings of its own.
  public var configuration: [String: String] { [:] }

  /// Changes the parameters by one step at the full rate.
  public func step(_ gradients: [Tensor<Float>]) { step(gradients, StepFactors()) }
}

/// What a step multiplies the settings of every parameter by.
public struct StepFactors: Sendable, Hashable {
  public var rate: Float
  public var weightDecay: Float

  public init(rate: Float = 1, weightDecay: Float = 1) {
    self.rate = rate
    self.weightDecay = weightDecay
  }
}

/// Settings of their own for the parameters whose name matches a pattern.
///
/// ```swift
/// AdamW(model, rate: 1e-3, groups: [ParameterGroup("*.bias", weightDecay: 0)])
/// ```
///
/// `*` stands for any text; the first group that matches a name counts.
public struct ParameterGroup: Sendable, Hashable {
  public var pattern: String
  /// Instead of the optimiser's rate.
  public var rate: Float?
  /// Instead of the optimiser's weight decay.
  public var weightDecay: Float?

  public init(_ pattern: String, rate: Float? = nil, weightDecay: Float? = nil) {
    self.pattern = pattern
    self.rate = rate
    self.weightDecay = weightDecay
  }
}

/// The settings of one parameter, looked up once.
struct ParameterSettings {
  let rate: Float
  let weightDecay: Float

  static func resolve(
    _ parameters: [NamedVariable], rate: Float, weightDecay: Float, groups: [ParameterGroup]
  ) -> [ParameterSettings] {
    let patterns = groups.map { (NamePattern($0.pattern), $0) }
    return parameters.map { parameter in
      let group = patterns.first { $0.0.matches(parameter.name) }?.1
      return ParameterSettings(
        rate: group?.rate ?? rate, weightDecay: group?.weightDecay ?? weightDecay)
    }
  }
}

extension [ParameterGroup] {
  /// These groups in words, for an optimiser's configuration.
  var text: String {
    map { group in
      "\(group.pattern) at rate \(group.rate.map { "\($0)" } ?? "common"), decay "
        + (group.weightDecay.map { "\($0)" } ?? "common")
    }.joined(separator: ", ")
  }
}

extension [NamedVariable] {
  /// An array of zeros beside each of these, under `name.` and its name.
  func zeros(named name: String) -> [NamedVariable] {
    map {
      NamedVariable(
        name: "\(name).\($0.name)",
        variable: Variable(Tensor(repeating: 0, shape: $0.variable.value.shape)))
    }
  }

  /// Stops where gradients do not belong to these parameters.
  func check(_ gradients: [Tensor<Float>]) {
    precondition(
      gradients.count == count, "step: \(gradients.count) gradients for \(count) parameters")
    for (parameter, gradient) in zip(self, gradients) {
      precondition(
        gradient.shape == parameter.variable.value.shape,
        "step: \(parameter.name) is \(parameter.variable.value.shape), its gradient "
          + "\(gradient.shape)")
    }
  }
}
