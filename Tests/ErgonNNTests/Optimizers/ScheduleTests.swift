import ErgonNN
import Testing

@Suite("Rate schedules")
struct ScheduleTests {
  private func rate(_ schedule: Schedule, _ step: Int) -> Double {
    Double(schedule.factors(at: step).rate)
  }

  @Test("constant, step and linear", arguments: [0, 1, 9, 10, 25, 100, 1000])
  func simple(step: Int) {
    #expect(rate(.constant, step) == 1)
    let halvings = (0..<(step / 10)).reduce(1.0) { rate, _ in rate / 2 }
    #expect(abs(rate(.step(every: 10, factor: 0.5), step) - halvings) < 1e-7)
    let line = max(1 - Double(step) / 100, 0)
    #expect(abs(rate(.linear(over: 100), step) - line) < 1e-6)
    #expect(abs(rate(.linear(over: 100, floor: 0.1), step) - (0.1 + 0.9 * line)) < 1e-6)
  }

  @Test("the cosine starts at 1, halves half way and ends at its floor")
  func cosine() {
    let schedule = Schedule.cosine(over: 200, floor: 0.2)
    #expect(rate(schedule, 0) == 1)
    #expect(abs(rate(schedule, 100) - 0.6) < 1e-6)
    #expect(abs(rate(schedule, 200) - 0.2) < 1e-6)
    #expect(abs(rate(schedule, 5000) - 0.2) < 1e-6)
  }

  @Test("a warm-up rises along a line, then the schedule begins")
  func warmUp() {
    let schedule = Schedule.linear(over: 10).warmingUp(over: 4)
    let expected = [0.25, 0.5, 0.75, 1, 1, 0.9, 0.8]
    for (step, expected) in expected.enumerated() {
      #expect(abs(rate(schedule, step) - expected) < 1e-6)
    }
    #expect(rate(.constant.warmingUp(over: 0), 0) == 1)
  }

  @Test("one cycle rises from 1/25 to 1 and ends at 1/250,000")
  func oneCycle() {
    let schedule = Schedule.oneCycle(over: 100)
    #expect(abs(rate(schedule, 0) - 0.04) < 1e-6)
    #expect(abs(rate(schedule, 29) - 1) < 1e-6)
    #expect(abs(rate(schedule, 99) - 4e-6) < 1e-7)
    for step in 0..<29 { #expect(rate(schedule, step) < rate(schedule, step + 1)) }
    for step in 29..<99 { #expect(rate(schedule, step) > rate(schedule, step + 1)) }
  }

  @Test("two stages: a lower line and no decay from half way on")
  func twoStage() {
    let schedule = Schedule.twoStage(over: 100, second: 0.5, warmUp: 10)
    #expect(abs(rate(schedule, 4) - 0.5) < 1e-6)
    #expect(abs(rate(schedule, 49) - 0.51) < 1e-6)
    #expect(abs(rate(schedule, 50) - 0.25) < 1e-6)
    #expect(rate(schedule, 100) == 0)
    #expect(schedule.factors(at: 49).weightDecay == 1)
    #expect(schedule.factors(at: 50).weightDecay == 0)
  }
}
