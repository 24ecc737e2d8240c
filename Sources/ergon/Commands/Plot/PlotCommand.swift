import ArgumentParser
import ErgonData
import ErgonLab
import ErgonLedger
import ErgonPlot

/// `ergon plot`: runs as a picture.
struct PlotCommand: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw runs as SVG: power over time, or energies side by side.",
    discussion: example(
      "ergon plot last --output power.svg", "ergon plot 01J9X3 01J9X4 --kind compare > energy.svg",
      about: """
        One run that was sampled is drawn as power over time; everything else as a comparison. \
        Without --output the picture goes to standard output.
        """))

  /// What the picture shows.
  enum Kind: String, CaseIterable, ExpressibleByArgument {
    /// Power over time.
    case series
    /// Energies side by side.
    case compare
  }

  @OptionGroup var output: OutputOptions
  @OptionGroup var place: LedgerOptions

  @Option(help: "Power over time, or energies side by side.")
  var kind: Kind?

  @Option(
    name: [.customShort("o"), .customLong("output"), .customLong("out")],
    help: ArgumentHelp("Write to this file.", valueName: "file"))
  var out: String?

  @Argument(help: "Beginnings of runs' names or of a group of repeats, or 'last'.")
  var runs: [String]

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let ledger = try context.settings(place).ledger()
    let chosen = try Self.runs(named: runs, in: ledger)
    let isSampled = chosen.count == 1 && RunCharts.power(of: chosen) != nil
    let kind = kind ?? (isSampled ? .series : .compare)
    let picture = try Self.chart(of: chosen, kind, ledger).svg()
    if let out { try TextFile.write(picture, to: out) }
    if context.isJSON {
      context.console.print(json: [
        "kind": .string(kind.rawValue), "file": JSONValue(out),
        "svg": out == nil ? .string(picture) : .null,
        "runIds": .array(chosen.map { .string($0.id.description) }),
      ])
    } else if let out {
      context.console.note("Wrote \(out)")
    } else {
      Console.write(picture, to: .output)
    }
    return .done
  }

  /// The runs that the names begin, each once; a group of repeats stands for all of its runs.
  static func runs(named names: [String], in ledger: Ledger) throws -> [Run] {
    var found: [Run] = []
    for name in names {
      do throws(LedgerError) {
        found.append(try ledger.run(name))
      } catch {
        guard case .unknownRun = error, let group = try? ledger.group(name) else { throw error }
        let query = RunQuery(group: group, order: .oldest)
        // In the order of the repeats, so that side A comes first even where clocks are equal.
        found += try ledger.runs(matching: query, withSeries: true).sorted {
          ($0.repetition?.index ?? 0, $0.repetition?.side ?? "")
            < ($1.repetition?.index ?? 0, $1.repetition?.side ?? "")
        }
      }
    }
    var seen: Set<RunID> = []
    return found.filter { seen.insert($0.id).inserted }
  }

  static func chart(of runs: [Run], _ kind: Kind, _ ledger: Ledger) throws -> any Chart {
    switch kind {
    case .series:
      guard let chart = RunCharts.power(of: runs) else {
        throw CommandError.missing(
          what: "a time series in \(runs.count == 1 ? "this run" : "these runs")",
          hint: "'ergon measure --sample 100ms' records one")
      }
      return chart
    case .compare:
      guard let chart = RunCharts.energy(of: runs, remark: verdict(on: runs, ledger)) else {
        throw CommandError.missing(
          what: "an energy figure in \(runs.count == 1 ? "this run" : "these runs")",
          hint: "'ergon doctor' says what this machine can meter")
      }
      return chart
    }
  }

  /// The ledger's own sentence on two groups of runs; `nil` for any other number of groups.
  private static func verdict(on runs: [Run], _ ledger: Ledger) -> String? {
    let groups = RunCharts.groups(of: runs)
    guard groups.count == 2 else { return nil }
    let sides = groups.map { RunSelection.runs($0.runs.map(\.id.description)) }
    do throws(LedgerError) {
      return try ledger.compare(sides[0], with: sides[1]).verdict
    } catch {
      guard case .incomparable(let reasons) = error else { return nil }
      return "Not to be compared: \(reasons.joined(separator: "; "))"
    }
  }
}
