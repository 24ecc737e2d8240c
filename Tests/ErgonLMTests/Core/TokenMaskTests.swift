import Testing

@testable import ErgonLM

@Suite struct TokenMaskTests {
  @Test(arguments: [0, 1, 63, 64, 65, 128, 1000])
  func `a full mask allows every token and no bit more`(count: Int) {
    let mask = TokenMask(count: count, allowed: true)
    #expect(mask.allowedCount == count)
    #expect((0..<count).allSatisfy { mask[TokenID($0)] })
  }

  @Test func `bits are set and cleared one by one`() {
    var mask = TokenMask(count: 130, allowed: false)
    mask[129] = true
    mask[64] = true
    #expect(mask.allowedCount == 2 && mask[129] && mask[64] && !mask[0])
    mask[129] = false
    #expect(mask.allowedCount == 1 && !mask[129])
  }
}
