import ArgumentParser
import ErgonEnergy
import ErgonLM
import ErgonLab
import ErgonLedger
import ErgonWorkload
import Foundation

/// `ergon chat --model M`: a conversation, each answer with its bill.
struct ChatCommand: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "chat",
    abstract: "Talk with a language model, under the meter.",
    discussion: example(
      "ergon chat --model bitnet.gguf --system 'Answer in one sentence.'",
      about: """
        Ctrl-C stops an answer and keeps the conversation; at the prompt it ends the program. \
        Lines that begin with a slash are commands: \(Self.help)

        With --json each answer is one object on a line of its own.
        """))

  static let help = """
    /stats says what was spent, /save FILE writes the conversation, /reset begins anew, \
    /exit ends, /help says this.
    """

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions
  @OptionGroup var grid: GridOptions
  @OptionGroup var place: LedgerOptions
  @OptionGroup var learning: LearnOptions
  @OptionGroup var model: ModelOptions
  @OptionGroup var answering: AnswerOptions
  @OptionGroup var limit: EnergyLimit

  @Option(help: ArgumentHelp("What the model is told before all else.", valueName: "text"))
  var system: String?

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let budget = try limit.budget()
    let settings = try context.settings(meter, grid, place)
    let lab = try learning.lab(context, settings, showsProgress: false)
    if !context.isJSON { model.warn(context.console) }
    let language = try model.load(in: UnobservedContext())
    let seed = answering.sampling.chosenSeed
    var options = try answering.options(language, model.loading.options(), seed: seed)
    let chat = try ChatSession(language, system: system, options: options)
    var totals = ChatTotals()
    let isWatched = isatty(STDIN_FILENO) == 1 && !context.isJSON
    if isWatched { context.console.note("\(language.name): \(Self.help)") }
    while true {
      if isWatched { Console.write("> ", to: .error) }
      guard let line = readLine() else {
        if isWatched { Console.write("\n", to: .error) }
        break
      }
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      guard let first = words.first else { continue }
      if first.hasPrefix("/") {
        if first == "/exit" { break }
        try obey(first, words.dropFirst().first, chat, totals, context)
        continue
      }
      // Each answer draws anew, and the whole conversation is still the seed's.
      options.sampling.seed = seed &+ UInt64(totals.answers)
      chat.options.sampling.seed = options.sampling.seed
      var left = budget
      if let budget {
        let rest = budget.value - (totals.energy?.best.value ?? 0)
        guard rest > 0 else { return spent(budget, context) }
        left = Joules(rest)
      }
      var answer = Generation.Answer()
      let outcome: Observed<Result<Void, WorkloadStopped>>
      do {
        outcome = try await lab.runOrStop(
          "chat with \(model.name)",
          settings: model.described.merging(answering.described(seed: seed)) { first, _ in first },
          tags: learning.tags, budget: left
        ) { observer in
          defer { AnswerReport.record(answer, observer) }
          try chat.reply(to: line, into: &answer, in: observer) { piece in
            if !context.isJSON { Console.stream(piece.text) }
          }
        }
      } catch let error as LMError where isWatched {
        // A question too long, or one that the template refuses, does not end a conversation.
        context.console.warn("\(error)")
        continue
      }
      let report = AnswerReport(answer, outcome.run)
      totals.add(answer, outcome.run)
      show(report, language, outcome, context)
      if case .failure(let stop) = outcome.value, !stop.isInterruption,
        let budget
      {
        return spent(budget, context)
      }
    }
    if totals.answers > 0 { context.console.note(totals.line) }
    return .done
  }

  private func spent(_ budget: Joules, _ context: CommandContext) -> ExitStatus {
    context.console.note("Stopped: energy budget of \(budget) spent")
    return .retry
  }

  private func show(
    _ report: AnswerReport, _ language: LanguageModel,
    _ outcome: Observed<Result<Void, WorkloadStopped>>, _ context: CommandContext
  ) {
    var finish = report.answer.finish?.rawValue ?? "stopped"
    if case .failure = outcome.value { finish = "stopped" }
    if context.isJSON {
      var object = report.json(language, finish: finish)
      object["run"] = .object(JSONObject(outcome.run))
      context.console.print(jsonLine: object)
      return
    }
    Console.write("\n", to: .output)
    if finish == "stopped" { context.console.note("(stopped)") }
    context.console.note(report.line)
  }

  private func obey(
    _ word: String, _ rest: String?, _ chat: ChatSession, _ totals: ChatTotals,
    _ context: CommandContext
  ) throws {
    switch word {
    case "/help": context.console.note(Self.help)
    case "/reset":
      chat.reset()
      context.console.note("The conversation begins anew.")
    case "/stats":
      context.console.note(totals.line)
      var line = "context: \(chat.tokens) of \(chat.contextLength) tokens"
      if chat.forgotten > 0 { line += ", \(chat.forgotten) old questions forgotten" }
      context.console.note(line)
    case "/save":
      guard let rest else {
        context.console.warn("/save needs the name of a file")
        return
      }
      let messages = chat.messages.map { message -> JSONValue in
        .object([
          "role": .string(message.role.rawValue), "content": .string(message.content ?? ""),
        ])
      }
      do {
        try Console.write(
          JSONObject(["messages": .array(messages)]).document() + "\n", toFile: rest)
        context.console.note("Saved to \(rest).")
      } catch {
        // The conversation is worth more than the file.
        context.console.warn("\(error)")
      }
    default:
      let nearest = word.nearest(in: ["/stats", "/reset", "/save", "/exit", "/help"])
      context.console.warn(
        "no such command: \(word)" + (nearest.map { "; did you mean \($0)?" } ?? ""))
    }
  }
}

/// What a conversation has taken so far.
struct ChatTotals {
  private(set) var answers = 0
  private var prompt = 0
  private var reused = 0
  private var generated = 0
  private var seconds = 0.0
  private(set) var energy: Figure<Joules>?

  mutating func add(_ answer: Generation.Answer, _ run: Run) {
    answers += 1
    prompt += answer.counts.prompt
    reused += answer.counts.reused
    generated += answer.counts.generated
    seconds += answer.promptSeconds + answer.answerSeconds
    if let spent = run.bill?.energy { energy = energy.map { $0 + spent } ?? spent }
  }

  var line: String {
    var parts = [
      "\(answers) answer\(answers == 1 ? "" : "s")", "\(generated) tokens",
      "\(reused) of \(prompt) prompt tokens known",
      "\(QuantityFormat.number(seconds)) s",
    ]
    if let energy {
      parts.append("\(QuantityFormat.string(energy.interval)) \(energy.provenance.kind.rawValue)")
      if generated > 0 {
        parts.append(
          "\(QuantityFormat.string((energy * (1 / Double(generated))).interval)) a token")
      }
    }
    return parts.joined(separator: " · ")
  }
}
