import ArgumentParser
import ErgonLab
import ErgonStudies

/// `ergon study list`: what there is to re-run, and what can be set for it.
struct StudyListCommand: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the studies, their papers and, with -v, their settings.",
    discussion: example("ergon study list", "ergon study list -v counting-carbon"))

  @OptionGroup var output: OutputOptions

  @Argument(help: "One study; all of them without it.")
  var name: String?

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let studies = try name.map { [try Studies.registry.study($0)] } ?? Studies.registry.studies
    if context.isJSON {
      context.console.print(json: ["studies": .array(try studies.map(Self.json))])
      return .done
    }
    var table = TextTable(["STUDY", .flexible("ABOUT"), .flexible("PAPER")])
    for study in studies {
      let paper = study.paper
      table.append([
        study.name, study.summary, "\(paper.authors) \(paper.year), \(paper.id)",
      ])
    }
    context.console.print(table)
    if context.console.verbosity > 0 || name != nil {
      for study in studies {
        context.console.print("")
        context.console.print(try Self.settings(of: study))
      }
    }
    return .done
  }

  private static func settings(of study: AnyStudy) throws -> TextTable {
    let full = try study.settings(.full)
    var table = TextTable([
      .init("SETTING OF \(study.name)"), .right("QUICK"), .right("FULL"), "UNIT",
      .flexible("MEANING"),
    ])
    for (quick, full) in zip(try study.settings(.quick), full) {
      table.append([
        quick.field.name, quick.value, full.value, quick.field.unit, quick.field.summary,
      ])
    }
    return table
  }

  private static func json(_ study: AnyStudy) throws -> JSONValue {
    let full = try study.settings(.full)
    let settings = zip(try study.settings(.quick), full).map { quick, full in
      JSONValue.object([
        "name": .string(quick.field.name), "unit": .string(quick.field.unit),
        "summary": .string(quick.field.summary), "quick": .string(quick.value),
        "full": .string(full.value),
      ])
    }
    return .object([
      "name": .string(study.name), "summary": .string(study.summary),
      "paper": .object([
        "title": .string(study.paper.title), "authors": .string(study.paper.authors),
        "year": JSONValue(study.paper.year), "id": .string(study.paper.id),
        "url": JSONValue(study.paper.url),
      ]),
      "settings": .array(settings),
    ])
  }
}
