import ErgonEnergy
import Foundation
import Testing
import _ErgonTestSupport

@testable import ErgonLab

extension ProcessTests {
  @Suite struct EnergyBudgetTests {
    static let budget = EnergyBudget(Joules(0.15), grace: Seconds(0.2))

    @Test("a spent budget ends a command that obeys TERM, and the overshoot is told")
    func obedient() throws {
      let fixture = try LabFixture()
      let outcome = try fixture.sh("while :; do :; done")
        .run(meter: fixture.meter, budget: Self.budget)
      #expect(outcome.termination == .signal(SIGTERM))
      guard case .budgetSpent(let budget, let overshoot) = outcome.ending else {
        Issue.record("ended \(outcome.ending)")
        return
      }
      #expect(budget == Joules(0.15))
      let spent = try #require(outcome.reading.dynamic).best
      #expect(abs((budget + overshoot - spent).value) < 1e-9)
      #expect(spent >= budget)
    }

    @Test("what ignores TERM is killed, children in sessions of their own too")
    func stubborn() throws {
      let fixture = try LabFixture()
      #if os(Linux)
        let away = "setsid "
      #else
        let away = ""
      #endif
      let outcome = try fixture.sh(
        """
        trap '' TERM; echo $$ > first
        \(away)sh -c 'trap "" TERM; echo $$ > second; while :; do :; done' &
        ( sh -c 'trap "" TERM; echo $$ > third; while :; do :; done' & )
        while :; do :; done
        """
      ).run(meter: fixture.meter, budget: Self.budget)
      #expect(outcome.termination == .signal(SIGKILL))
      guard case .budgetSpent = outcome.ending else {
        Issue.record("ended \(outcome.ending)")
        return
      }
      for name in ["first", "second", "third"] {
        guard let pid = fixture.text(name).flatMap({ Int32($0) }) else { continue }
        #if os(Linux)
          #expect(kill(pid, 0) != 0, "\(name) still runs")
        #else
          kill(pid, SIGKILL)
        #endif
      }
      #expect(fixture.text("first") != nil)
    }

    @Test("a budget that lasts changes nothing")
    func ample() throws {
      let fixture = try LabFixture()
      let outcome = try fixture.sh("exit 4")
        .run(meter: fixture.meter, budget: EnergyBudget(Joules(1e6)))
      #expect(outcome.ending == .byItself)
      #expect(outcome.termination == .exit(4))
    }

    @Test("looks grow dense near the crossing and never cost more than a fiftieth")
    func nextLook() {
      let look = { (spent: Double, power: Double, cost: Double) in
        let seconds = EnergyBudget.nextLook(
          budget: Joules(10), spent: Joules(spent), power: Watts(power), lookCost: Seconds(cost)
        ).value
        return (seconds * 1e6).rounded() / 1e6
      }
      #expect(look(0, 0, 0) == 0.01)
      #expect(look(0, 1, 0) == 0.25)
      #expect(look(9.9, 1, 0) == 0.05)
      #expect(look(9.9999, 1, 0) == 0.002)
      #expect(look(9.9999, 1, 0.001) == 0.05)
      #expect(look(0, 1, 0.1) == 5)
    }
  }
}
