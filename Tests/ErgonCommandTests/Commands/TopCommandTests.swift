import Foundation
import Testing

@testable import ErgonEnergy
@testable import ergon

@Suite struct TopCommandTests {
  @Test("one interval is one object with stable keys, and its rows add up to the machine")
  func once() async throws {
    let result = try await ErgonProcess().run(
      "top", "--once", "--json", "--interval", "200ms", "--source", "model")
    #expect(result.exitCode == 0)
    let object = try result.json()
    #expect(
      Set(object.keys) == [
        "schemaVersion", "durationS", "processors", "machineBusyS", "powerW", "idlePowerW",
        "energyJ", "idleEnergyJ", "totalEnergyJ", "totalIdleEnergyJ", "totalDurationS",
        "components", "trees", "processes", "cgroups", "ended", "undividedJ", "notices",
      ])
    let best = { (value: Any?) in (value as? [String: Any])?["best"] as? Double ?? 0 }
    let whole = best(object["energyJ"])
    for list in ["trees", "processes", "cgroups"] {
      let rows = try #require(object[list] as? [[String: Any]])
      let ended = best((object["ended"] as? [String: Any])?["energyJ"])
      let sum = rows.reduce(ended) { $0 + best($1["energyJ"]) }
      #expect(abs(sum - whole) <= 1e-9 * max(whole, 1e-9), "\(list)")
    }
  }

  @Test("in a pipe every interval is plain text without escapes")
  func pipe() async throws {
    let result = try await ErgonProcess().run("top", "--once", "--interval", "100ms")
    #expect(result.exitCode == 0)
    #expect(result.output.contains("COMPONENT"))
    #expect(!result.output.contains("\u{1B}"))
  }

  @Test("q leaves the full screen, and the terminal is given back")
  func quits() async throws {
    let result = try await ErgonProcess().runInTerminal(["top"], input: "q")
    #expect(result.exitCode == 0)
    #expect(result.output.contains("\u{1B}[?1049h"))
    let tail = "\u{1B}[?25h\u{1B}[?1049l"
    #expect(result.output.trimmingCharacters(in: .newlines).hasSuffix(tail))
  }

  @Test("a bad interval is a usage error", arguments: ["0s", "1", "soon", "2h"])
  func badInterval(text: String) async throws {
    #expect(try await ErgonProcess().run("top", "--interval", text).exitCode == 64)
  }
}

@Suite struct TopScreenTests {
  @Test("the screen fits its size exactly, whatever the names")
  func fits() {
    for (rows, columns) in [(24, 80), (10, 40), (5, 20), (50, 200)] {
      let screen = TopScreen(size: (rows, columns), style: TextStyle(isEnabled: true))
      let lines = screen.lines(Self.usage(), total: TopTotal())
      #expect(lines.count == rows)
      for line in lines {
        let bare = line.replacing(/\u{1B}\[[0-9]*m/, with: "")
        #expect(bare.displayWidth <= columns, "\(columns): \(bare)")
      }
    }
  }

  @Test("most energy stands first, with watts, joules, share of a core and owner")
  func rows() {
    let lines = TopScreen(size: (30, 120)).lines(Self.usage(), total: TopTotal())
    let rows = lines.filter { $0.contains("compile") || $0.contains("日本") }
    #expect(rows.count == 2)
    #expect(rows.first?.contains("compile --all") == true)
    #expect(rows.first?.contains("5.00 W") == true)
    #expect(rows.first?.contains("10.0 J") == true)
    #expect(rows.first?.contains("100.0 %") == true)
    #expect(rows.first?.contains("ada") == true)
    #expect(lines.contains { $0.contains("ended or short-lived") })
  }

  @Test("the idle share is said apart and never in the headline")
  func idle() {
    let heading = TopScreen(size: (30, 120)).lines(Self.usage(), total: TopTotal())[0]
    #expect(heading.contains("6.00 W"))
    #expect(heading.contains("idle 2.00 W apart"))
    #expect(heading.contains("75 % busy"))
  }

  @Test("keys change what is listed and how")
  func keys() {
    var screen = TopScreen(size: (30, 120))
    screen.press("c")
    #expect(screen.grouping == .cgroups)
    screen.press("s")
    screen.press("s")
    #expect(screen.order == .name)
    #expect(screen.ranked(Self.usage()).map(\.name) == ["/a", "/b"])
    screen.press("x")
    #expect(screen.grouping == .cgroups)
  }

  @Test("what was used adds up over the intervals")
  func total() {
    var total = TopTotal()
    total.add(Self.usage())
    total.add(Self.usage())
    #expect(total.duration == Seconds(4))
    #expect(total.dynamic?.best == Joules(24))
    #expect(total.idle?.best == Joules(8))
  }

  /// Two seconds of a machine of two processors: 12 J of work, 4 J idle.
  private static func usage() -> SystemUsage {
    let row = { (pid: Int32?, name: String, user: String, command: String, joules: Double) in
      SystemUsage.Row(
        pid: pid, name: name, user: user, command: command, processes: 1,
        cpu: Seconds(joules / 5), energy: figure(joules), power: Self.watts(joules / 2))
    }
    return SystemUsage(
      duration: Seconds(2),
      components: [
        ComponentReading(
          component: .cpu, counter: "model", dynamic: figure(12), idle: figure(4))
      ],
      machineBusy: Seconds(3), processors: 2,
      trees: [
        row(42, "compile", "ada", "compile --all", 10), row(7, "日本語", "bob", "日本語 \u{7} x", 1),
      ],
      processes: [], cgroups: [row(nil, "/b", "", "", 10), row(nil, "/a", "", "", 1)],
      ended: row(nil, "ended or short-lived", "", "", 1), undivided: nil, notices: [])
  }

  private static let provenance = Provenance(.estimated, source: "model")
  private static func figure(_ joules: Double) -> Figure<Joules> {
    Figure(Interval(Joules(joules), factor: 2), provenance)
  }
  private static func watts(_ watts: Double) -> Figure<Watts> {
    Figure(Interval(Watts(watts), factor: 2), provenance)
  }
}
