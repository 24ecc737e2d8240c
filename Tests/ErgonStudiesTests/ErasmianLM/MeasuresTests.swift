import ErgonLM
import ErgonLMTraining
import ErgonTensor
import Testing

@testable import ErgonStudies

@Suite struct MeasuresTests {
  @Test func `two shares differ by as many standard errors as the pooled share gives`() {
    func result(_ right: Int, of total: Int) -> MultipleChoiceResult {
      var result = MultipleChoiceResult()
      let question = MultipleChoiceQuestion("?", options: ["a", "b"], answer: 0)
      for number in 0..<total {
        result.add(OptionScores([number < right ? 1 : -1, 0]), to: question)
      }
      return result
    }
    let deviation = result(60, of: 100).deviation(above: result(40, of: 100))
    #expect(abs(deviation - 0.2 / (0.25 * 0.02).squareRoot()) < 1e-12)
    #expect(result(5, of: 5).deviation(above: result(5, of: 5)) == 0)
  }

  @Test func `the area under the curve counts pairs, ties by half`() {
    #expect(areaUnderCurve([3, 2], [1, 2]) == (2 + 1.5) / 4)
  }

  @Test func `the source's entropy is what its symbols cost whoever knows it`() {
    let source = MarkovSource(symbols: 2, seed: 5, sequences: 4, length: 20_000)
    let batch = source.batch(at: 0)
    // The best guess of each context, counted from the text itself.
    var counts: [[Int32]: [Double]] = [:]
    let tokens = batch.inputs.withElements { Array($0) }
    for row in 0..<4 {
      for place in 4..<20_000 {
        let at = row * 20_000 + place
        counts[Array(tokens[at - 4..<at]), default: [0, 0]][Int(tokens[at])] += 1
      }
    }
    var (cost, total) = (0.0, 0.0)
    for pair in counts.values {
      let sum = pair[0] + pair[1]
      for count in pair where count > 0 { cost -= count * logarithm(count / sum) }
      total += sum
    }
    #expect(abs(cost / total - source.entropy) < 0.01)
    let known = batch.targets.withElements { targets in (0..<3).allSatisfy { targets[$0] == -1 } }
    #expect(known && source.batch(at: 0).inputs == batch.inputs)
    #expect(source.batch(at: 1).inputs != batch.inputs)
  }

  @Test func `pieces of documents cover them, or only their beginnings`() {
    let documents: [[TokenID]] = [[1, 2, 3, 4, 5, 6, 7], [8, 9], [10]]
    let all = ChunkedSequences(documents, length: 3, sequences: 3, firstOnly: false)
    #expect(all.count == 3)
    let batch = all.batch(at: 0)
    let inputs = batch.inputs.withElements { Array($0) }
    let targets = batch.targets.withElements { Array($0) }
    #expect(inputs == [1, 2, 3, 4, 5, 6, 8, 0, 0])
    #expect(targets == [2, 3, 4, 5, 6, 7, 9, -1, -1])
    #expect(ChunkedSequences(documents, length: 3, sequences: 1, firstOnly: true).count == 2)
  }

  private func logarithm(_ x: Double) -> Double { Double(Tensor<Double>([x]).log().scalar) }
}
