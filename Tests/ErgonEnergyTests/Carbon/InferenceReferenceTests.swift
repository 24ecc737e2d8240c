import Testing

@testable import ErgonEnergy

struct InferenceReferenceTests {
  typealias Cost = InferenceReference.ZeroShotCost

  @Test("making an image costs about 1,250 times as much as sorting a text")
  func headlineRatio() {
    let ratio =
      InferenceReference.task(.imageGeneration).meanKWh
      / InferenceReference.task(.textClassification).meanKWh
    #expect(abs(ratio / 1250 - 1) < 0.1)
  }

  @Test("recomputed means agree with the printed ones to the printed digit")
  func printed() {
    #expect(InferenceReference.tasks.map(\.task) == InferenceReference.Task.allCases)
    for row in InferenceReference.tasks {
      #expect(abs(row.meanKWh - row.printedKWh) <= 0.0005)
    }
  }

  @Test("grams follow from energy and one intensity")
  func grams() {
    for row in InferenceReference.tasks {
      #expect(abs(row.meanKWh * InferenceReference.gramsPerKWh / row.grams - 1) < 0.02)
    }
    for row in InferenceReference.zeroShot {
      for cost in [row.sentiment, row.questionAnswering, row.summarisation] {
        #expect(abs(cost.kWh * InferenceReference.gramsPerKWh / cost.grams - 1) < 0.01)
      }
    }
  }

  @Test("the table is wall time times about a kilowatt")
  func power() {
    for row in InferenceReference.tasks {
      #expect((900...1230).contains(row.impliedPower.value), "\(row.task): \(row.impliedPower)")
    }
  }

  @Test("general models cost 4 to 15, 5 to 24 and 1.1 to 4.1 times the fine-tuned ones")
  func generalAgainstSpecific() throws {
    func range(_ task: KeyPath<Cost, Cost.Cost>) throws -> (Double, Double) {
      let ratios = InferenceReference.zeroShot.map {
        $0[keyPath: task].ratio(to: InferenceReference.fineTuned[keyPath: task])
      }
      return (try #require(ratios.min()), try #require(ratios.max()))
    }
    let sentiment = try range(\.sentiment)
    #expect(abs(sentiment.0 - 4) < 0.5 && abs(sentiment.1 - 15) < 0.5)
    let answering = try range(\.questionAnswering)
    #expect(abs(answering.0 - 5) < 0.5 && abs(answering.1 - 24) < 0.5)
    let summarisation = try range(\.summarisation)
    #expect(abs(summarisation.0 - 1.1) < 0.05 && abs(summarisation.1 - 4.1) < 0.05)
    let xxl = try #require(InferenceReference.zeroShot.first { $0.model == "flan-t5-xxl" })
    #expect(abs(xxl.sentiment.ratio(to: InferenceReference.fineTuned.sentiment) - 14.2) < 0.1)
  }

  @Test("a model's cost lies within its task's spread of models")
  func models() {
    #expect(InferenceReference.models.count == 26)
    for model in InferenceReference.models {
      let task = InferenceReference.task(model.task)
      #expect((0.2...4).contains(model.meanKWh / task.meanKWh), "\(model.model)")
    }
    let most = InferenceReference.models.map(\.meanKWh).max()
    #expect(most.map { $0 < InferenceReference.worstRun.kWh } == true)
  }
}
