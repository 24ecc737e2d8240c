import Testing

@testable import ErgonLM

@Suite("Guesses from the text")
struct DrafterTests {
  @Test(
    "the latest place where the most of the last tokens occurred is gone on from",
    arguments: [
      ([1, 2, 3, 4, 1, 2, 3], 3, 2, [4, 1]), ([1, 2, 9, 5, 2, 7, 1, 2], 3, 8, [9, 5, 2, 7, 1, 2]),
      ([5, 5, 5], 3, 4, [5]), ([1, 2, 3], 3, 4, []), ([7], 3, 4, []), ([], 3, 4, []),
      ([4, 1, 4, 2, 4], 1, 1, [2]),
    ] as [([TokenID], Int, Int, [TokenID])])
  func lookup(tokens: [TokenID], ngram: Int, most: Int, expected: [TokenID]) {
    #expect(Drafter.continuation(of: tokens, ngram: ngram, atMost: most) == expected)
  }
}
