import ErgonLMTraining
import ErgonNumerics
import ErgonTensor
import Foundation

/// Symbols of which each depends on the four before it, so that what a perfect model pays is known.
///
/// Every context has its own distribution, drawn once; the entropy rate is that of the chain's
/// stationary contexts.
struct MarkovSource: SequenceSource {
  static let order = 4

  let symbols: Int
  /// Nats a symbol that the best of all models pays.
  let entropy: Double
  private let seed: UInt64
  private let sequences: Int
  private let length: Int
  /// The chance of each symbol behind each context, added up.
  private let cumulative: [Double]

  /// - Parameter sequences: Sequences of `length` symbols in a batch, new ones for each step.
  init(symbols: Int, seed: UInt64, sequences: Int, length: Int) {
    var random = SplitMix64(seed: seed)
    let contexts = (0..<Self.order).reduce(1) { count, _ in count * symbols }
    var chances: [Double] = []
    for _ in 0..<contexts {
      // Cubes make some symbols likely and others rare.
      let weights = (0..<symbols).map { _ in
        let weight = 0.1 + random.nextUnit()
        return weight * weight * weight
      }
      let sum = weights.reduce(0, +)
      chances += weights.map { $0 / sum }
    }
    self.symbols = symbols
    self.seed = seed
    self.sequences = sequences
    self.length = length
    entropy = Self.entropy(chances, symbols: symbols)
    var cumulative = chances
    for place in cumulative.indices where place % symbols != 0 {
      cumulative[place] += cumulative[place - 1]
    }
    self.cumulative = cumulative
  }

  /// The mean entropy of the contexts, each as often as it occurs in the long run.
  private static func entropy(_ chances: [Double], symbols: Int) -> Double {
    let contexts = chances.count / symbols
    var share = [Double](repeating: 1 / Double(contexts), count: contexts)
    for _ in 0..<500 {
      var next = [Double](repeating: 0, count: contexts)
      for context in 0..<contexts {
        for symbol in 0..<symbols {
          next[(context * symbols + symbol) % contexts] +=
            share[context] * chances[context * symbols + symbol]
        }
      }
      share = next
    }
    return (0..<contexts).reduce(0) { sum, context in
      sum
        + share[context]
        * (0..<symbols).reduce(0) { sum, symbol in
          let p = chances[context * symbols + symbol]
          return sum - p * log(p)
        }
    }
  }

  func batch(at step: Int) -> SequenceBatch {
    var random = SplitMix64(seed: seed &+ 0x9E37 &* UInt64(step + 1))
    let contexts = cumulative.count / symbols
    var tokens: [Int32] = []
    for _ in 0..<sequences {
      var context = random.nextIndex(below: contexts)
      // The first symbols lead from an even draw of the context to the long run.
      for place in -16...length {
        let draw = random.nextUnit()
        var symbol = 0
        while symbol < symbols - 1, draw > cumulative[context * symbols + symbol] { symbol += 1 }
        context = (context * symbols + symbol) % contexts
        if place >= 0 { tokens.append(Int32(symbol)) }
      }
    }
    let all = Tensor(tokens, shape: [sequences, length + 1])
    // Before there are four symbols nobody can know the context.
    let unknown = Tensor<Int32>(repeating: -1, shape: [sequences, Self.order - 1])
    return SequenceBatch(
      inputs: all[.all, ..<length],
      targets: .concatenated([unknown, all[.all, Self.order...]], axis: 1))
  }
}
