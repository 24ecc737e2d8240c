import ErgonEnergy
import ErgonLM
import ErgonLMTraining
import ErgonLab
import ErgonNN
import ErgonTensor

/// A model that has learned.
struct LearnedModel {
  let network: DecoderNetwork
  let rate: Float
  let curve: LossCurve
  /// Of held-out text, at the end, in nats a byte.
  let loss: Double
  let bill: Bill?

  var isTernary: Bool { network.configuration.roundsToTernary }
}

/// Losses on the way, in nats a byte.
struct LossCurve {
  /// Steps done at each point.
  let steps: [Int]
  /// Means since the point before.
  let learned: [Double]
  /// Of some held-out text, where it is looked at.
  let held: [Double]

  init(_ history: TrainingHistory, _ settings: PretrainingSettings) {
    steps = history.epochs.map { ($0.epoch + 1) * settings.stepsPerEvaluation }
    learned = history.epochs.map(\.training.loss)
    held = history.epochs.map { $0.validation?.loss ?? .nan }
  }
}

/// The model that came out best, and all that were tried for it.
struct RateSearch {
  let best: LearnedModel
  /// From the lowest rate to the highest; one with which the loss was lost has none.
  let tried: [(rate: Float, loss: Double?)]
}

extension BitNetB158 {
  func configuration(width: Int, isTernary: Bool, _ settings: Settings) -> ModelConfiguration {
    let ternary = ModelConfiguration.decoder(
      vocabulary: 256, context: settings.length, width: width, layers: 2, heads: 4,
      // The gated part is 8/3 as wide, as Llama's is.
      feedForward: (width * 8 / 3 + 31) / 32 * 32, activation: .silu)
    return isTernary ? ternary : ternary.fullPrecisionTwin
  }

  /// A model that has learned nothing; a pair of one width begins with the same weights.
  func network(width: Int, isTernary: Bool, seed: Int, _ settings: Settings) -> DecoderNetwork {
    var random = RandomStream(seed: UInt64(bitPattern: Int64(seed)))
    return DecoderNetwork(
      configuration(width: width, isTernary: isTernary, settings), random: &random)
  }

  func learn(
    _ lab: Lab, _ settings: Settings, _ text: ByteText, width: Int, isTernary: Bool, rate: Float
  ) throws -> LearnedModel {
    let network = network(width: width, isTernary: isTernary, seed: settings.seed, settings)
    var training =
      isTernary
      ? PretrainingSettings.ternary(steps: settings.steps, rate: rate)
      : PretrainingSettings.fullPrecision(steps: settings.steps, rate: rate)
    training.evaluations = 10
    let subject = "\(isTernary ? "ternary" : "full precision"), width \(width), rate \(rate)"
    let run = try lab.run(subject) { observer in
      let history = try pretrain(network, on: text, settings: training, in: observer)
      return (history, try network.evaluate(on: text.heldOut(batches: settings.heldOut)).loss)
    }
    let (history, loss) = run.value
    return LearnedModel(
      network: network, rate: rate, curve: LossCurve(history, training), loss: loss,
      bill: run.run.bill)
  }

  /// Looks for the best rate from a first guess: halves or doubles it as long as that helps.
  func search(
    _ lab: Lab, _ settings: Settings, _ text: ByteText, width: Int, isTernary: Bool,
    from first: Float
  ) throws -> RateSearch {
    var tried: [(rate: Float, loss: Double?)] = []
    var best: LearnedModel?
    /// Whether the rate is better than all before it.
    func improves(_ rate: Float) throws -> Bool {
      do {
        let model = try learn(lab, settings, text, width: width, isTernary: isTernary, rate: rate)
        tried.append((rate, model.loss))
        guard model.loss < best?.loss ?? .infinity else { return false }
        best = model
        return true
      } catch NNError.diverged {
        tried.append((rate, nil))
        return false
      }
    }
    var rate = first
    _ = try improves(rate)
    while try improves(rate / 2) { rate /= 2 }
    // Having come down from the first rate, there is no better one above it.
    if rate == first { while try improves(rate * 2) { rate *= 2 } }
    guard let best else { throw NNError.diverged(epoch: 1, step: 1) }
    return RateSearch(best: best, tried: tried.sorted { $0.rate < $1.rate })
  }

  /// A figure as remarks and tables show it.
  func figure(_ x: Double) -> String { QuantityFormat.number(x, significantDigits: 4) }
}
