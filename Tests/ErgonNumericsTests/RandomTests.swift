import Testing

@testable import ErgonNumerics

@Suite("Random generators")
struct RandomTests {
  @Test("SplitMix64 gives the published sequence of seed 1234567")
  func splitMixVector() {
    var generator = SplitMix64(seed: 1_234_567)
    #expect(
      (0..<5).map { _ in generator.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }

  @Test("xoshiro256** gives the published sequence of the state 1, 2, 3, 4")
  func xoshiroVector() {
    var generator = Xoshiro256StarStar(state: (1, 2, 3, 4))
    #expect(
      (0..<10).map { _ in generator.next() } == [
        11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360,
        607_988_272_756_665_600, 16_172_922_978_634_559_625, 8_476_171_486_693_032_832,
        10_595_114_339_597_558_777, 2_904_607_092_377_533_576,
      ])
  }

  @Test("a split generator shares no number with its parent in 100,000 draws")
  func split() {
    var parent = Xoshiro256StarStar(seed: 3)
    var child = parent.split()
    var grandchild = child.split()
    var seen: Set<UInt64> = []
    for _ in 0..<33_000 {
      seen.insert(parent.next())
      seen.insert(child.next())
      seen.insert(grandchild.next())
    }
    #expect(seen.count == 99_000)
  }

  @Test("indices below a bound are all hit about equally often")
  func indices() {
    var generator = SplitMix64(seed: 9)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[generator.nextIndex(below: 7)] += 1 }
    let chi2 = counts.reduce(0.0) { $0 + (Double($1) - 10_000) * (Double($1) - 10_000) / 10_000 }
    #expect(chi2 < 22.5, "99.9 % point of chi-square with 6 degrees of freedom")
  }

  @Test("unit numbers stay in 0 ..< 1 with the right mean and variance")
  func units() {
    var generator = Xoshiro256StarStar(seed: 4)
    let values = (0..<100_000).map { _ in generator.nextUnit() }
    #expect(values.allSatisfy { (0..<1).contains($0) })
    #expect(abs(Statistics.mean(values)! - 0.5) < 0.004)
    #expect(abs(Statistics.variance(values)! - 1 / 12) < 0.001)
  }

  @Test("normal and exponential numbers have the moments of their distributions")
  func distributions() {
    var generator = Xoshiro256StarStar(seed: 5)
    let normal = (0..<100_000).map { _ in generator.nextNormal() }
    #expect(abs(Statistics.mean(normal)!) < 0.013)
    #expect(abs(Statistics.standardDeviation(normal)! - 1) < 0.01)
    #expect(abs(Statistics.mean(normal.map { $0 * $0 * $0 * $0 })! - 3) < 0.15)
    let waiting = (0..<100_000).map { _ in generator.nextExponential() }
    #expect(abs(Statistics.mean(waiting)! - 1) < 0.013)
    #expect(waiting.allSatisfy { $0 >= 0 && $0.isFinite })
  }
}
