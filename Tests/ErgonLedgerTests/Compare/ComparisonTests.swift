import ErgonEnergy
import Foundation
import Testing

@testable import ErgonLedger

struct ComparisonTests {
  /// Repeats in turn: the machine drifts, A costs twice what B costs at every index.
  private static func interleaved(_ count: Int, group: RunID = RunID()) -> [Run] {
    (0..<count).flatMap { index -> [Run] in
      let drift = 1 + Double(index) / 4
      return [("A", 20.0), ("B", 10.0)].map { side, joules in
        .sample(
          "side \(side)", joules: joules * drift * (1 + 0.001 * Double(index % 2)),
          startedAt: Double(index),
          repetition: Repetition(group: group, side: side, index: index, isInterleaved: true))
      }
    }
  }

  @Test("interleaved repeats are compared pair by pair, so that drift cancels")
  func paired() throws {
    try withTemporaryLedger { ledger in
      let group = RunID()
      try ledger.save(Self.interleaved(6, group: group))
      let comparison = try ledger.compare(
        .group(group.description, side: "A"), with: .group(group.description, side: "B"))
      #expect(comparison.isPaired)
      #expect(abs(comparison.ratio - 2) < 1e-9)
      let (low, high) = (try #require(comparison.ratioLow), try #require(comparison.ratioHigh))
      #expect(low <= comparison.ratio && comparison.ratio <= high && high - low < 0.01)
      #expect(comparison.isInsideNoise == false)
      #expect(comparison.verdict.contains("side A takes 2.00 times the energy of side B"))
      #expect(comparison.notices.contains { $0.contains("ratio of processor time") })
      // The other way round is exactly the inverse.
      let inverse = try ledger.compare(
        .group(group.description, side: "B"), with: .group(group.description, side: "A"))
      #expect(abs(inverse.ratio * comparison.ratio - 1) < 1e-12)
    }
  }

  @Test("a repeat without its partner is left out and said so")
  func partner() throws {
    var runs = Self.interleaved(4)
    runs.removeLast()
    let (a, b) = (
      runs.filter { $0.repetition?.side == "A" }, runs.filter { $0.repetition?.side == "B" }
    )
    let comparison = try Comparison(of: a.map(RunSummary.init), to: b.map(RunSummary.init))
    #expect(comparison.first.values.count == 3 && comparison.second.values.count == 3)
    #expect(comparison.notices.contains("1 repeat without a partner left out"))
  }

  private static func side(
    _ name: String, _ joules: [Double], _ provenance: Provenance = .counter,
    environment: RunEnvironment = .sample
  ) -> [RunSummary] {
    joules.map {
      RunSummary(.sample(name, joules: $0, provenance: provenance, environment: environment))
    }
  }

  @Test("equal sides do not differ beyond the noise, and the verdict says how small is too small")
  func noise() throws {
    let a = Self.side("a", [10, 10.2, 9.9, 10.1, 9.8, 10])
    let b = Self.side("b", [10.1, 9.9, 10, 10.2, 9.8, 10])
    let comparison = try Comparison(of: a, to: b)
    #expect(!comparison.isPaired && comparison.isInsideNoise == true)
    #expect(comparison.verdict.contains("do not differ in energy beyond the noise"))
    #expect(comparison.verdict.contains("would not show"))
    #expect(comparison.notices == [])
  }

  @Test("single runs give a ratio without an interval")
  func single() throws {
    let comparison = try Comparison(of: Self.side("a", [30]), to: Self.side("b", [10]))
    #expect(comparison.ratio == 3 && comparison.ratioLow == nil)
    #expect(comparison.isInsideNoise == nil)
    #expect(comparison.verdict == "a takes 3.00 times the energy of b, in single runs: no interval")
    #expect(comparison.notices.contains { $0.contains("single run") })
  }

  @Test("energy of different origin is refused, and compared only by force")
  func provenance() throws {
    let (a, b) = (Self.side("a", [10, 11], .counter), Self.side("b", [5, 6], .model))
    let error = #expect(throws: LedgerError.self) { try Comparison(of: a, to: b) }
    #expect(error?.description.contains("measured by powercap") == true)
    let forced = try Comparison(of: a, to: b, isForced: true)
    #expect(forced.isForced && forced.notices.contains { $0.hasPrefix("forced: ") })
    // Time does not care where joules come from.
    #expect(try Comparison(of: a, to: b, by: .duration).ratio == 1)
    #expect(throws: LedgerError.self) { try Comparison(of: a + b, to: Self.side("c", [1])) }
  }

  @Test("another processor or version weakens a comparison without ruining it")
  func environment() throws {
    var other = RunEnvironment.sample
    other.cpuModel = "Other CPU"
    other.ergonVersion = "2.0.0"
    let newer = Provenance(.measured, source: "powercap", version: "6.2")
    let comparison = try Comparison(
      of: Self.side("a", [10, 11]), to: Self.side("b", [5, 6], newer, environment: other))
    for part in ["the processor differs (Example CPU against Other CPU)", "version", "meter's"] {
      #expect(comparison.notices.contains { $0.contains(part) }, "\(part)")
    }
  }

  @Test("runs that did not end well, and runs without a figure, are left out")
  func unusable() throws {
    var a = Self.side("a", [10, 12, 11])
    a[1].state = .interrupted
    a[2].energy = nil
    let comparison = try Comparison(of: a, to: Self.side("b", [10]))
    #expect(comparison.first.values == [10])
    #expect(comparison.notices.filter { $0.contains("left out") }.count == 2)
    a[0].state = .failed
    #expect(throws: LedgerError.self) { try Comparison(of: a, to: Self.side("b", [10])) }
    let both = Self.side("b", [10])
    #expect(throws: LedgerError.self) { try Comparison(of: both, to: both) }
    #expect(throws: LedgerError.self) {
      try Comparison(of: Self.side("a", [1]), to: both, confidence: 1)
    }
  }

  @Test("any metric of the runs can be compared")
  func metric() throws {
    func runs(_ value: Double) -> [RunSummary] {
      [RunSummary(.sample("\(value)", metrics: [Metric(name: "loss", value: value, unit: "nat")]))]
    }
    let comparison = try Comparison(of: runs(3), to: runs(2), by: ComparisonMetric("loss"))
    #expect(comparison.ratio == 1.5 && comparison.unit == "nat")
    #expect(comparison.first.provenance == nil)
    #expect(throws: LedgerError.self) {
      try Comparison(of: runs(-1), to: runs(2), by: .named("loss"))
    }
    #expect(throws: LedgerError.self) { try Comparison(of: runs(1), to: runs(2), by: .named("x")) }
  }

  @Test("a comparison survives JSON, metrics by name")
  func json() throws {
    let comparison = try Comparison(of: Self.side("a", [30, 31]), to: Self.side("b", [10, 11]))
    let data = try JSONEncoder().encode(comparison)
    #expect(try JSONDecoder().decode(Comparison.self, from: data) == comparison)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["metric"] as? String == "energy")
  }

  @Test("the sum of a series is not one more repeat")
  func series() throws {
    try withTemporaryLedger { ledger in
      for (tag, joules) in [("a", 2.0), ("b", 1.0)] {
        let whole = Run.sample(tag, joules: 3 * joules, tags: [tag])
        let parts = (0..<3).map { index in
          Run.sample(
            tag, joules: joules, tags: [tag], repetition: Repetition(group: whole.id, index: index),
            parent: whole.id)
        }
        try ledger.save([whole] + parts)
      }
      let comparison = try ledger.compare(
        .query(RunQuery(tags: ["a"])), with: .query(RunQuery(tags: ["b"])))
      #expect(comparison.first.values == [2, 2, 2] && comparison.second.values == [1, 1, 1])
    }
  }

  @Test("a selection that finds nothing is an error")
  func nothing() throws {
    try withTemporaryLedger { ledger in
      try ledger.save(.sample())
      #expect(throws: LedgerError.nothingSelected("no run has the tag 'none'")) {
        try ledger.compare(.query(RunQuery(tags: ["none"])), with: .runs(["last"]))
      }
      #expect(throws: LedgerError.self) { try ledger.group("0") }
    }
  }
}
