import ErgonTensor

/// A running mean of a model's parameters, which often does better than the last of them.
///
///     average = decay * average + (1 - decay) * parameter
///
/// ```swift
/// let average = WeightAverage(model.parameters(), decay: 0.999)
/// average.update()                           // after each step
/// let score = average.applied { evaluate(model) }
/// ```
public final class WeightAverage {
  /// The averages, under `average.` and the parameter's name.
  public let averages: [NamedVariable]
  private let parameters: [NamedVariable]
  private let decay: Float

  /// Starts from the parameters as they are.
  public init(_ parameters: [NamedVariable], decay: Float) {
    self.parameters = parameters
    self.decay = decay
    averages = parameters.map {
      NamedVariable(name: "average.\($0.name)", variable: Variable($0.variable.value))
    }
  }

  /// Takes the parameters as they are now into the mean.
  public func update() {
    for (parameter, average) in zip(parameters, averages) {
      parameter.variable.value.withElements { x in
        average.variable.value.withMutableElements { target in
          guard let x = x.baseAddress, let start = target.baseAddress else { return }
          Float._averageStep(target.count, decay, x, start)
        }
      }
    }
  }

  /// Runs `body` with the averages in the place of the parameters.
  public func applied<R, E>(_ body: () throws(E) -> R) throws(E) -> R {
    exchange()
    defer { exchange() }
    return try body()
  }

  /// Replaces the parameters by the averages for good.
  public func settle() {
    for (parameter, average) in zip(parameters, averages) {
      parameter.variable.value = average.variable.value
    }
  }

  private func exchange() {
    for (parameter, average) in zip(parameters, averages) {
      swap(&parameter.variable.value, &average.variable.value)
    }
  }
}
