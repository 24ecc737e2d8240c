import ErgonData
import ErgonLM
import ErgonLMTraining
import ErgonLab
import ErgonNN
import ErgonTensor
import ErgonWorkload

extension ErasmianLM {
  /// Check 1: the paper's configurations have the parameters that are written of them.
  func counts() -> [Claim] {
    // Width, inside, layers, heads.
    let shapes: [(id: String, shape: [Int], published: Double)] = [
      ("large", [2048, 5120, 16, 32], 902.9e6), ("half", [1024, 2560, 8, 8], 162.0e6),
      ("quarter", [512, 1280, 4, 4], 44.8e6),
    ]
    func configuration(_ shape: [Int]) -> ModelConfiguration {
      .decoder(
        vocabulary: 32_000, context: 2048, width: shape[0], layers: shape[2], heads: shape[3],
        feedForward: shape[1], activation: .silu, isTernary: false)
    }
    var claims = shapes.map { id, shape, published in
      let count = configuration(shape).trainableParameters(tiesHead: false)
      return Claim(
        "parameters.\(id)",
        "Parameters of width \(shape[0]), \(shape[2]) layers, inside \(shape[1]), with a head of "
          + "its own", published: published / 1e6, ours: Double(count) / 1e6, unit: "M",
        tolerance: .absolute(0.05), remark: "exactly \(count)")
    }
    claims.append(
      Claim(
        "parameters.readme", "The README's size of the model of half the width", published: 166,
        ours: Double(configuration(shapes[1].shape).trainableParameters(tiesHead: false)) / 1e6,
        unit: "M", tolerance: .absolute(0.5), expected: .notReproduced,
        remark: "the scripts' configuration has 162.0 M"))
    let large = configuration(shapes[0].shape)
    let rank = 64
    let adapters = [large.querySize, large.keyValueSize].reduce(0) {
      $0 + large.layers * rank * (large.hiddenSize + $1)
    }
    claims.append(
      Claim(
        "parameters.adapters", "Parameters of rank 64 beside the large model's queries and values",
        published: 8_388_608, ours: Double(adapters), tolerance: .absolute(0)))
    // The closed forms are those of what is trained.
    var random = RandomStream(seed: 1)
    let small = ModelConfiguration.decoder(
      vocabulary: 320, context: 64, width: 64, layers: 3, heads: 2, feedForward: 160,
      activation: .silu, isTernary: false)
    let network = DecoderNetwork(small, tiesHead: false, random: &random)
    let own = network.parameterCount - small.trainableParameters(tiesHead: false)
    let adapted = network.adapted(["*.query", "*.value"], rank: 4, alpha: 8, random: &random)
    let beside = adapted.adapters.reduce(0) { $0 + $1.adapter.parameterCount }
    claims.append(
      Claim(
        "parameters.network",
        "Numbers that a network and its adapters learn, beyond the closed forms",
        published: 0, ours: Double(own + beside - 3 * 2 * 4 * (64 + 64)), tolerance: .absolute(0)))
    return claims
  }

  /// Check 4: the whole of training against a source whose entropy is known.
  func source(_ lab: Lab, _ settings: Settings) throws -> [Claim] {
    let source = MarkovSource(
      symbols: 3, seed: UInt64(bitPattern: Int64(settings.seed)), sequences: 16, length: 64)
    let loss = try lab.run("source of known entropy") { observer in
      var random = RandomStream(seed: UInt64(bitPattern: Int64(settings.seed)))
      let network = DecoderNetwork(
        .decoder(
          vocabulary: 3, context: 64, width: 48, layers: 3, heads: 4, feedForward: 144,
          activation: .silu, isTernary: false), random: &random)
      var training = PretrainingSettings(
        steps: settings.sourceSteps, rate: 6e-3, schedule: .cosine)
      training.evaluations = 1
      try pretrain(network, on: source, settings: training, in: observer)
      // Steps that training never comes to.
      return try network.evaluate(
        on: (0..<60).map { source.batch(at: 1_000_000_000 + $0) }, in: observer
      ).loss
    }.value
    return [
      Claim(
        "source.entropy",
        "Loss on a source whose symbols depend on the four before them, over its entropy",
        published: 1, ours: loss / source.entropy, tolerance: .between(0.99, 1.03),
        partly: .between(0.99, 1.06),
        remark: "entropy \(source.entropy) nats a symbol; even chances would cost 1.0986")
    ]
  }

  /// Check 9: the same folder, seed and number of threads give the same model.
  func determinism(_ lab: Lab, _ settings: Settings, _ text: TokenFile) throws -> [Claim] {
    let hashes = try lab.run("the same again") { observer in
      try (0..<2).map { _ in
        var random = RandomStream(seed: 7)
        let network = DecoderNetwork(
          .decoder(
            vocabulary: text.vocabularySize, context: settings.length, width: 64, layers: 2,
            heads: 2, feedForward: 192, activation: .silu, isTernary: true), random: &random)
        var training = PretrainingSettings.ternary(steps: 20)
        training.evaluations = 1
        try pretrain(
          network, on: text.sequences(of: settings.length, batch: 4, seed: 7),
          settings: training, in: observer)
        return network.digest
      }
    }.value
    return [
      Claim.holds(
        "determinism", "The same text, seed and threads give the same weights, bit for bit",
        hashes[0] == hashes[1], remark: "SHA-256 of the weights \(hashes[0])")
    ]
  }
}

extension DecoderNetwork {
  /// A digest of all weights in the order of their names.
  var digest: String {
    var bytes: [UInt8] = []
    for (name, value) in stateDictionary().sorted(by: { $0.key < $1.key }) {
      bytes += Array(name.utf8)
      bytes += value.contiguous().withElements { Array(UnsafeRawBufferPointer($0)) }
    }
    return "\(SHA256Digest(of: bytes))"
  }
}
