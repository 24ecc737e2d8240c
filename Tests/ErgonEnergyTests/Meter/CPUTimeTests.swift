import ErgonEnergy
import Testing

struct CPUTimeTests {
  @Test("a division between user and system that moved never makes either negative")
  func movedDivision() {
    let start = CPUTime(user: Seconds(0.75), system: Seconds(0.25))
    let end = CPUTime(user: Seconds(0.5), system: Seconds(1))
    #expect(end - start == CPUTime(user: .zero, system: Seconds(0.5)))
    let other = CPUTime(user: Seconds(2), system: Seconds(0))
    #expect(other - start == CPUTime(user: Seconds(1), system: .zero))
    #expect((other - start).total == other.total - start.total)
  }
}
