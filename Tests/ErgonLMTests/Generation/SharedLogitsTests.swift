import Testing

@testable import ErgonLM

@Suite("Logits of several states")
struct SharedLogitsTests {
  @Test(
    "each state's logits are those of the head alone, whatever is asked for",
    arguments: [
      LogitDemand.all, .greatest(1), .greatest(40), .mass(0.9), .within(3),
    ])
  func same(demand: LogitDemand) throws {
    let tiny = try Fixture.tiny.get()
    guard let exact = tiny.model.head as? ExactHead else {
      Issue.record("so small a model has the exact head")
      return
    }
    let cache = try tiny.model.makeCache(positions: 64)
    let sequence = try cache.makeSequence()
    let tokens = (0..<9).map { TokenID($0 * 77 % 1024) }
    let states = try tiny.model.forward(
      TokenBatch(sequence, tokens: tokens, outputs: .all), cache)
    var even = TokenMask(count: 1024, allowed: true)
    for token in stride(from: 1, to: 1024, by: 2) { even[TokenID(token)] = false }
    var few = TokenMask(count: 1024, allowed: false)
    for token in stride(from: 8, to: 1024, by: 40) { few[TokenID(token)] = true }
    for head in [exact, CertifiedHead(exact)] as [any OutputHead] {
      let shared = try #require(SharedLogits(states, head))
      for row in tokens.indices {
        for mask in [nil, even, few] {
          let all = states.withRow(row) {
            exact.logits($0, demand: .all, mask: mask, including: [])
          }
          let found = states.withRow(row) {
            shared[row].logits($0, demand: demand, mask: mask, including: [8])
          }
          for (index, value) in found.values.enumerated() {
            let token = found.tokens?[index] ?? TokenID(index)
            let place = try #require(all.tokens.map { $0.firstIndex(of: token) } ?? Int(token))
            #expect(value == all.values[place])
          }
          #expect(found.values.max() == all.values.max())
          #expect(found.tokens?.contains(8) ?? true)
        }
      }
    }
  }
}
