import ErgonEnergy
import ErgonWorkload
import Testing

@testable import ErgonLab

@Suite struct ProgressLineTests {
  @Test("the line says stage, share, time left, speed, joules with provenance and figures")
  func whole() {
    let pace = ProgressPace(
      start: 100, from: WorkloadProgress(completed: 0, counts: WorkloadCounts(items: 1000)))
    let line = ProgressLine(
      progress: WorkloadProgress(
        stage: "epoch 2", completed: 42, total: 100, counts: WorkloadCounts(items: 52_000),
        figures: [("loss", 0.3104), ("accuracy", 0.9)]),
      pace: pace, now: 151,
      energy: Figure(
        Interval(Joules(12.34), factor: 2), Provenance(.estimated, source: "model")))
    #expect(
      line.description
        == "epoch 2  42 %  1 min 11 s left  1000 items/s  12.3 J estimated  loss 0.310  "
        + "accuracy 0.900")
  }

  @Test("items that have a name are told with the joules that a million of the stage's take")
  func named() {
    let joules = { (value: Double) in
      Figure(Interval(Joules(value), factor: 2), Provenance(.estimated, source: "model"))
    }
    let line = ProgressLine(
      progress: WorkloadProgress(completed: 1, counts: WorkloadCounts(items: 52_000)),
      pace: ProgressPace(
        start: 0, from: WorkloadProgress(completed: 0, counts: WorkloadCounts(items: 2000))),
      now: 50, energy: joules(12), itemName: "tok\u{1B}ens", stageEnergy: joules(2))
    #expect(
      line.description
        == "1.000 done  1000 tokens/s  12.0 J estimated  40.0 J per 10⁶ tokens")
  }

  @Test("what nobody can know is left out")
  func unknown() {
    let line = ProgressLine(
      progress: WorkloadProgress(completed: 12345), pace: ProgressPace(start: 0), now: 10,
      energy: nil)
    #expect(line.description == "12345 done")
  }

  @Test("names from data cannot steer the terminal")
  func hostile() {
    let line = ProgressLine(
      progress: WorkloadProgress(
        stage: "\u{1B}[2Jx\n\u{9B}y", completed: 1, total: 2, figures: [("a\rb", .infinity)]),
      pace: ProgressPace(start: 0), now: 0, energy: nil)
    #expect(line.description == "[2Jxy  50 %  ab ∞")
  }

  @Test(
    "times read as a person would say them",
    arguments: [
      (0.2, "1 s"), (59, "59 s"), (60, "1 min 00 s"), (3599, "59 min 59 s"),
      (3660, "1 h 01 min"), (90_000, "1 d 01 h"), (.infinity, "ages"), (.nan, "ages"),
    ])
  func clock(seconds: Double, text: String) {
    #expect(ProgressLine.clock(seconds) == text)
  }

  @Test("time left follows the pace of the stage, not of the whole")
  func pace() {
    let pace = ProgressPace(start: 10, from: WorkloadProgress(completed: 50))
    let remaining = { (completed: Double, now: Double) in
      pace.remaining(WorkloadProgress(completed: completed, total: 100), at: now)
    }
    #expect(remaining(60, 20) == 40)
    #expect(remaining(50, 20) == nil)
    #expect(remaining(100, 20) == nil)
    #expect(remaining(60, 10) == nil)
  }
}
