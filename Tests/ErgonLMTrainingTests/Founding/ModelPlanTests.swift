import ErgonLM
import ErgonLMTraining
import Testing

@Suite struct ModelPlanTests {
  @Test func `a large corpus is read for 20 tokens a parameter`() throws {
    let plan = try ModelPlan(operations: 1e15, corpusTokens: 1_000_000_000, vocabulary: 4096)
    let parameters = (1e15 / 120).squareRoot()
    #expect(Double(plan.parameters) <= parameters && Double(plan.parameters) > parameters / 3)
    #expect(abs(plan.operations / 1e15 - 1) < 1e-6)
    #expect(plan.epochs < 1)
    #expect(plan.parameters == plan.configuration.trainableParameters())
  }

  @Test func `a small corpus is read four times, and the rest goes into parameters`() throws {
    let plan = try ModelPlan(operations: 2e12, corpusTokens: 220_000, vocabulary: 2048)
    #expect(plan.tokens == 880_000 && plan.epochs == 4)
    #expect(plan.operations <= 2e12)
    let larger = try ModelPlan(operations: 4e12, corpusTokens: 220_000, vocabulary: 2048)
    #expect(larger.parameters > plan.parameters && larger.tokens == plan.tokens)
    // Never more parameters than tokens read.
    let most = try ModelPlan(operations: 1e18, corpusTokens: 220_000, vocabulary: 2048)
    #expect(most.parameters <= 880_000)
  }

  @Test(arguments: [(1e6, 200_000), (1e12, 100), (0, 1000), (-1, 1000), (Double.nan, 1000)])
  func `what pays for no model is refused with what the least takes`(
    operations: Double, tokens: Int
  ) throws {
    do {
      _ = try ModelPlan(operations: operations, corpusTokens: tokens, vocabulary: 4096)
      Issue.record("a plan for \(operations) operations")
    } catch {
      #expect("\(error)".contains("the least has"))
    }
  }

  @Test func `queries break even where savings have paid the founding`() throws {
    let breakEven = try #require(
      BreakEven(founding: 100, own: [1, 1, 1, 1], other: [3, 3, 3, 3]))
    #expect(breakEven.queries == 50)
    #expect(breakEven.interval == 50...50)
    #expect(BreakEven(founding: 100, own: [2], other: [1]) == nil)
    let unsure = try #require(
      BreakEven(founding: 10, own: [1, 1, 1, 1, 1, 1], other: [0, 4, 0, 4, 0, 4]))
    #expect(unsure.queries == 10)
    #expect(try #require(unsure.interval).upperBound > 15)
  }
}
