public import ErgonTensor

/// One run of a model forward: whether it learns, where its random numbers come from, and how many
/// multiply-adds it has taken.
///
/// It is handed from layer to layer, so that no hidden switch decides what dropout or batch
/// normalisation do.
///
/// ```swift
/// let y = model(x, .inference)
/// let pass = Pass.training(RandomStream(seed: 7))
/// let loss = crossEntropy(model(x, pass), labels)
/// ```
public final class Pass {
  /// Whether the model is to learn from the result.
  public let isTraining: Bool
  /// Whether the run repeats another for its gradient: what a layer notes of its input, it has
  /// noted.
  public let isReplay: Bool
  /// What layers draw from, in the order in which they run.
  public var random: RandomStream
  /// Multiply-adds of the products, convolutions and attention so far.
  public private(set) var multiplyAdds: UInt64 = 0

  private init(isTraining: Bool, isReplay: Bool = false, random: RandomStream) {
    self.isTraining = isTraining
    self.isReplay = isReplay
    self.random = random
  }

  /// A run whose result is used as it is.
  public static var inference: Pass { Pass(isTraining: false, random: RandomStream(seed: 0)) }

  /// A run to learn from.
  public static func training(_ random: RandomStream) -> Pass {
    Pass(isTraining: true, random: random)
  }

  /// The same kind of run over again, drawing what this one drew from where `random` stood.
  func replay(from random: RandomStream) -> Pass {
    Pass(isTraining: isTraining, isReplay: true, random: random)
  }

  /// Adds to ``multiplyAdds``; a layer calls it for what it computes itself.
  public func count(multiplyAdds count: Int) { multiplyAdds += UInt64(count) }
}
