import ErgonLM
import ErgonNN
import ErgonTensor
import ErgonWorkload
import Foundation
import Testing

@testable import ErgonLMTraining

@Suite struct DecoderNetworkTests {
  static func configuration(
    isTernary: Bool, activation: ErgonLM.Activation = .squaredRelu, keyValueHeads: Int = 2
  ) -> ModelConfiguration {
    .decoder(
      vocabulary: 48, context: 32, width: 64, layers: 2, heads: 4, keyValueHeads: keyValueHeads,
      feedForward: 96, activation: activation, isTernary: isTernary)
  }

  /// Weights far from their first values, so that no term of the sums is negligible.
  static func network(_ c: ModelConfiguration, tiesHead: Bool = true) -> DecoderNetwork {
    var random = RandomStream(seed: 3)
    let network = DecoderNetwork(
      c, tiesHead: tiesHead, initializer: .normal(deviation: 0.3), random: &random)
    for parameter in network.parameters() where parameter.name.hasSuffix("Norm.weight") {
      let shape = parameter.variable.value.shape
      parameter.variable.value = .uniform(shape, in: 0.5..<1.5, using: &random)
    }
    return network
  }

  static let tokens: [TokenID] = [1, 7, 40, 3, 3, 21, 0, 47, 12]

  /// Logits of every place by the engine that serves models.
  static func served(_ file: any ModelFile, _ tokens: [TokenID]) throws -> [[Float]] {
    var reference = try ReferenceModel(file)
    return tokens.map { reference.append($0) }
  }

  private func expectSame(_ network: DecoderNetwork, _ tolerance: Float) throws {
    let tokens = Self.tokens
    let input = Tensor<Int32>(tokens.map { Int32($0) }, shape: [1, tokens.count])
    let learned = network(input, .inference).values
    let served = try Self.served(network.modelFile(), tokens).flatMap { $0 }
    #expect(learned.count == served.count)
    let spread = served.map(\.magnitude).max()!
    let difference = zip(learned, served).map { ($0 - $1).magnitude }.max()!
    #expect(difference <= tolerance * spread, "\(difference) of \(spread)")
  }

  @Test(
    "what a network learns with is what the engine serves",
    arguments: [ErgonLM.Activation.squaredRelu, .silu], [true, false])
  func logits(activation: ErgonLM.Activation, hasSubNorms: Bool) throws {
    var c = Self.configuration(isTernary: hasSubNorms, activation: activation)
    c = c.fullPrecisionTwin
    try expectSame(Self.network(c), 1e-5)
    try expectSame(Self.network(c, tiesHead: false), 1e-5)
  }

  @Test("a ternary network of one layer gives the engine's logits but for single 8-bit codes")
  func ternaryLogits() throws {
    var c = Self.configuration(isTernary: true)
    c.layers = 1
    try expectSame(Self.network(c), 2e-2)
  }

  @Test("ternary matrices without norms of their own are a Llama's, and read as such")
  func ternaryLlama() throws {
    var c = ModelConfiguration.decoder(
      vocabulary: 48, context: 32, width: 64, layers: 1, heads: 4, feedForward: 96,
      activation: .silu, hasSubNorms: false)
    try expectSame(Self.network(c), 2e-2)
    c = try ModelConfiguration(Self.network(c).modelFile())
    #expect(c.roundsToTernary && !c.hasSubNorms)
  }

  @Test("the file in memory and the folder on disk are the same model, which can learn on")
  func folder() throws {
    for isTernary in [true, false] {
      let network = Self.network(Self.configuration(isTernary: isTernary))
      try withTemporaryFolder { folder in
        try network.save(to: folder)
        let text = try [UInt8](Data(contentsOf: URL(filePath: folder + "config.json")))
        let object = try JSONValue(parsing: text, source: "config.json")
        #expect(object["bos_token_id"] == .null && object["eos_token_id"] == .null)
        let file = try openModelFile(folder)
        #expect(try ModelConfiguration(file) == network.configuration)
        let again = try DecoderNetwork(file)
        #expect(again.configuration == network.configuration)
        let (kept, read) = (network.stateDictionary(), again.stateDictionary())
        #expect(kept.keys.sorted() == read.keys.sorted())
        for (name, array) in kept { #expect(read[name] == array, "\(name)") }
      }
    }
  }

  @Test("parameters are as many as the closed form says")
  func count() {
    for isTernary in [true, false] {
      for tiesHead in [true, false] {
        let c = Self.configuration(isTernary: isTernary)
        let network = Self.network(c, tiesHead: tiesHead)
        #expect(network.parameterCount == c.trainableParameters(tiesHead: tiesHead))
      }
    }
  }

  @Test("activations that are computed again give the same gradients")
  func checkpointed() throws {
    var network = Self.network(Self.configuration(isTernary: true))
    let input = Tensor<Int32>(Self.tokens.map { Int32($0) }, shape: [1, Self.tokens.count])
    func gradients() -> [Tensor<Float>] {
      valueAndGradient(of: network) {
        crossEntropy(network(input, .training(RandomStream(seed: 1))), input)
      }.gradients
    }
    let plain = gradients()
    network.checkpointsActivations = true
    #expect(gradients() == plain)
  }

  @Test(
    "a published model that is loaded to learn has the likelihood that its own engine gives",
    .enabled(if: !realData.isEmpty))
  func stories() throws {
    let path = realData + "/stories260K/"
    let network = try DecoderNetwork(openModelFile(path + "stories260K.bin"))
    let tokenizer = try makeTokenizer(
      for: openModelFile(path + "stories260K.bin"), path: path + "tok512.bin")
    let text =
      "Once upon a time, there was a little girl named Lily. "
      + "She loved to play outside in the park."
    let ids = tokenizer.encode(text, addingSpecial: true).map { Int32($0) }
    let n = ids.count - 1
    let loss = crossEntropy(
      network(Tensor(Array(ids[..<n]), shape: [1, n]), .inference),
      Tensor(Array(ids[1...]), shape: [1, n]))
    #expect(abs(Double(loss.scalar) * Double(n) - 5.5910) < 1e-3)
  }
}
