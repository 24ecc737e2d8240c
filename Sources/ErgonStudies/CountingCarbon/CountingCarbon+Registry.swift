import ErgonEnergy
import ErgonLab
import ErgonLedger
import ErgonPlot
import Foundation

extension CountingCarbon {
  // MARK: The registry

  func registry(_ lab: Lab, _ settings: Settings) async throws -> [Claim] {
    let checks = StarterRegistry.registry.consistency()
    let inside = checks.filter { FootprintConsistency.range.contains($0.implied) }
    let inconsistent = checks.filter { !$0.isConsistent }
    let unexplained = try inconsistent.filter {
      try StarterRegistry.registry.record($0.id).place?.provider == nil
    }
    lab.table(
      "Printed pairs of energy and emissions: the intensity they imply, the country's average, "
        + "and why a row does not fit.",
      columns: [
        .text("row"), .number("implied g/kWh"), .number("table g/kWh"), .number("year"),
        .text("remark"),
      ],
      rows: checks.map { check in
        [
          check.id, QuantityFormat.number(check.implied),
          check.table.map { QuantityFormat.number($0) } ?? "none",
          check.tableYear.map(String.init) ?? "", check.reasons.joined(separator: "; "),
        ]
      })
    return [
      Claim(
        "registry.range", "Rows whose implied intensity lies in 20 to 1000 g/kWh",
        published: Double(checks.count), ours: Double(inside.count), tolerance: .absolute(0)),
      Claim(
        "registry.unexplained",
        "Rows outside 1.6 of their country's average that are not a provider's own figure",
        published: 0, ours: Double(unexplained.count), tolerance: .absolute(0),
        remark: "listed: " + inconsistent.map(\.id).joined(separator: ", ")),
    ] + (try ownRun(lab)) + [try cards(), badInput()]
  }

  /// A run of our own becomes a row without any guess.
  private func ownRun(_ lab: Lab) throws -> [Claim] {
    let run = try lab.run("a run for the registry") { _ in
      (1...2_000_000).reduce(0.0) { $0 + 1 / Double($1) }
    }.run
    guard let energy = run.bill?.energy, let record = FootprintRecord(run) else {
      return [
        .notComparable(
          "registry.run", "A run of the ledger becomes a row with the meter's provenance",
          published: 1, because: "nothing on this machine gave a figure")
      ]
    }
    var registry = FootprintRegistry()
    let isNew = try registry.add(record)
    return [
      Claim.holds(
        "registry.run",
        "A run of the ledger becomes a row with the meter's provenance, the "
          + "meter's joules and no design power",
        isNew && record.devices.isEmpty && record.measuredJoules == energy.best.value
          && record.provenance == FootprintProvenance(energy.provenance.kind),
        remark: energy.provenance.description)
    ]
  }

  private func cards() throws -> Claim {
    let registry = StarterRegistry.registry
    let returned = try registry.records.filter { record in
      let card = try ModelCardFragment(record, footprint: registry.footprint(of: record))
      let back = try ModelCardFragment(yaml: card.yaml)
      return back == card && back.record == record
    }
    return Claim(
      "registry.card", "Rows that come back from their model-card fragment",
      published: Double(registry.records.count), ours: Double(returned.count),
      tolerance: .absolute(0))
  }

  /// One row, and the ways to spoil it that the format must not let pass in silence.
  private func badInput() -> Claim {
    let good =
      #"{"id":"a","name":"A","year":2024,"devices":[{"model":"V100","count":8,"tdpW":300}],"#
      + #""hours":100,"place":{"country":"FR"},"provenance":"declared","version":1}"#
    let spoilt: [(String, String)] = [
      (#""hours":100"#, #""hours":-1"#), (#""hours":100"#, #""hours":0"#),
      (#""hours":100"#, #""hours":NaN"#), (#""count":8"#, #""count":0"#),
      (#""V100","count":8,"tdpW":300"#, #""Z9000","count":8"#), (#""FR""#, #""XQ""#),
      (#""year":2024"#, #""year":1999"#),
      (good, good + "\n" + good.replacing("\"A\"", with: "\"B\"")),
      (#""declared""#, #""measured","measuredJoules":1"#),
    ]
    let noticed = spoilt.filter { old, new in
      let (registry, problems) = FootprintRegistry.check(
        jsonLines: good.replacing(old, with: new))
      return !problems.isEmpty || !registry.conflicts.isEmpty
    }
    return Claim(
      "registry.bad-input",
      "Bad rows refused or flagged: negative, zero and NaN hours, no device, unknown device, "
        + "unknown country, year outside the table, duplicate id, joules against design power",
      published: Double(spoilt.count), ours: Double(noticed.count), tolerance: .absolute(0))
  }

  // MARK: Its size

  /// Load, validate and decompose, in processor time: the wall clock of a busy machine measures
  /// its other work.
  func scale(_ settings: Settings) throws -> [Claim] {
    let seed = UInt64(bitPattern: Int64(settings.seed)) &+ 3
    let records = SyntheticRegistry(power: 0.5, time: 1, intensity: 0.8)
      .records(settings.scaleRows, seed: seed)
    var text = ""
    for record in records { text += try record.jsonLine() + "\n" }
    let start = clock()
    let registry = try FootprintRegistry.read(jsonLines: text)
    let survey = Survey(of: registry)
    let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
    return [
      Claim(
        "scale.rows", "Rows that were read, checked and divided",
        published: Double(settings.scaleRows), ours: survey.shares.map { Double($0.count) },
        tolerance: .absolute(0)),
      Claim(
        "scale.seconds", "Processor time for 100,000 rows, scaled from \(settings.scaleRows)",
        published: nil, ours: seconds * 100_000 / Double(settings.scaleRows), unit: "s",
        tolerance: .atMost(2), remark: "processor time of this process, in an optimised build"),
    ]
  }
}
