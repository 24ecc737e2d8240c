import ErgonLM
import ErgonLMTraining
import Testing

@Suite struct ArithmeticEnergyTests {
  @Test("the tables give the ratios that are printed for them")
  func products() {
    #expect(abs(OperationEnergy.nanometres7.productRatio - 71.4) < 0.05)
    #expect(abs(OperationEnergy.nanometres45.productRatio - 50) < 1e-9)
  }

  @Test("a token's energy is the sum that one counts by hand")
  func token() {
    let shape = ModelConfiguration.decoder(
      vocabulary: 100, width: 16, layers: 3, heads: 4, keyValueHeads: 2, feedForward: 20)
    let token = TokenArithmetic(shape, context: 10, includesHead: true)
    // Queries and output 16 x 16, keys and values 16 x 8, three of 16 x 20; three layers.
    #expect(token.matrices == 3 * (2 * 256 + 2 * 128 + 3 * 320))
    #expect(token.attention == 3 * 2 * 10 * 16)
    // Read: 16 for queries, keys and values, 16 attended, 16 for gate and up, 20 for down.
    #expect(token.scales == 3 * (16 + 16 + 16 + 20 + 16 + 8 + 8 + 16 + 20 + 20 + 16))
    #expect(token.head == 1600)
    let table = OperationEnergy(halfAdd: 2, halfMultiply: 3, byteAdd: 0.5)
    let half = Double(token.attention + token.head) * 5
    #expect(token.picojoules(isTernary: false, table) == half + Double(token.matrices) * 5)
    #expect(
      token.picojoules(isTernary: true, table)
        == half + Double(token.matrices) * 0.5 + Double(token.scales) * 3)
  }

  @Test("the saving grows with the width, toward that of the products")
  func limit() {
    let ratios = [256, 4096, 1 << 16, 1 << 20].map { width in
      TokenArithmetic(
        .decoder(vocabulary: 8, width: width, layers: 1, heads: 2, feedForward: 2 * width),
        context: 512
      ).ratio(.nanometres7)
    }
    #expect(zip(ratios, ratios.dropFirst()).allSatisfy { $0 < $1 })
    #expect(ratios[3] < OperationEnergy.nanometres7.productRatio && ratios[3] > 70)
  }
}
