public import ArgumentParser
import CErgonKernels
import ErgonEnergy
public import ErgonLM
import ErgonLab
import ErgonLedger
public import ErgonTensor
import ErgonWorkload
import Foundation

/// `ergon bench lm`: prompts and answers of a model against what memory and processor can do.
struct BenchLM: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "lm",
    abstract: "Measure a language model's speed, joules a token and share of the machine's limits.",
    discussion: example(
      "ergon bench lm --model bitnet.gguf",
      "ergon bench lm --shape 2b -p 128,512 -g 64 -b 1,8 -t 1,2",
      "ergon bench lm --shape 0.7b --type f16 --isa avx2 --json",
      about: """
        pp128 reads a prompt of 128 tokens to the logits behind it, tg64 generates 64 tokens from \
        nothing, tg64x8 does so in eight sequences at once. Each is run once without the clock, \
        then --repeats times; the median counts.

        Beside each test the limit is measured that it runs into: bytes a second that the same \
        threads read from memory (generation), int8 multiply-adds a second with the instructions \
        in use (prompts of models whose products are of integers).

        --shape makes a model of that size in memory whose weights are drawn at random.
        """))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions
  @OptionGroup var grid: GridOptions
  @OptionGroup var place: LedgerOptions
  @OptionGroup var limit: EnergyLimit
  @OptionGroup var loading: LoadingOptions

  @Option(help: ArgumentHelp("A model's file, folder or name.", valueName: "model")) var model:
    String?
  @Option(help: "A made-up model instead: tiny, 0.7b, 2b or 3b.") var shape: SyntheticShape?
  @Option(help: "Its weights: ternary, f32, f16, q8_0 or q4_0.") var type: SyntheticWeights?
  @Option(name: .customShort("p"), help: ArgumentHelp("Prompts.", valueName: "128,512"))
  var prompts = NumberList([128, 512])
  @Option(name: .customShort("g"), help: ArgumentHelp("Answers.", valueName: "64"))
  var answers = NumberList([64])
  @Option(name: .customShort("b"), help: ArgumentHelp("Sequences at once.", valueName: "1,8"))
  var batches = NumberList([1])
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Threads; every core unless said.", valueName: "1,2"))
  var threads: NumberList?
  @Option(name: .shortAndLong, help: "Repeats of each test.")
  var repeats = 5
  @Option(help: "Instructions: avx512, avx2, neon or scalar; the best there are unless said.")
  var isa: InstructionSet?
  @Option(name: .customLong("tag"), help: "A label for the run; may be repeated.")
  var tags: [String] = []
  @Flag(name: .customLong("no-save"), help: "Keep nothing in the ledger.") var noSave = false

  func validate() throws {
    guard (model == nil) != (shape == nil) else {
      throw ValidationError("Give --model or --shape, one of them.")
    }
    guard type == nil || shape != nil else { throw ValidationError("--type needs --shape.") }
    guard (1...1000).contains(repeats) else { throw ValidationError("--repeats: 1 to 1000.") }
    for (name, list, greatest) in [
      ("-p", prompts, 1 << 20), ("-g", answers, 1 << 20), ("-b", batches, 256),
      ("-t", threads ?? NumberList([1]), 1024),
    ] {
      guard list.numbers.allSatisfy({ $0 <= greatest && (name == "-p" || name == "-g" || $0 > 0) })
      else { throw ValidationError("\(name): 1 to \(greatest).") }
    }
  }

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let budget = try limit.budget()
    if let isa, !Compute.use(isa) {
      throw CommandError.usage(
        "no such instructions here: --isa \(isa.rawValue): this processor lacks them; it has "
          + Compute.instructionSet.rawValue)
    }
    let settings = try context.settings(meter, grid, place)
    let lab = try context.lab(settings, saves: !noSave)
    let name = model ?? "\(shape!.name) \((type ?? .ternary).rawValue)"
    let threads = threads?.numbers ?? [Compute.threads]
    let outcome = try lab.run(
      "bench lm \(name)", settings: described(name, threads), tags: tags, budget: budget
    ) { observer in
      try observer.report(WorkloadProgress(stage: "load", completed: 0))
      Compute.threads = threads.max()!
      let file: any ModelFile =
        try model.map(openModel) ?? SyntheticModel(shape!, weights: type ?? .ternary)
      let clock = ContinuousClock()
      let start = clock.now
      let loaded = try TransformerModel(file, options: loading.options(), in: observer)
      let loadTime = clock.now - start
      // Memory is a matter of the model alone: looks at the machine's limits come later.
      for test in tests { _ = try loaded.measure(test, repeats: 0) }
      let peak = BenchResult.peakBytes
      var rows: [BenchRow] = []
      for count in threads {
        Compute.threads = count
        for test in tests {
          let row = try BenchRow(test, of: loaded, threads: count, repeats: repeats, in: observer)
          observer.record(
            "\(test.name) on \(count) threads", row.speed.tokensPerSecond, unit: "1/s",
            higherIsBetter: true)
          rows.append(row)
        }
      }
      try observer.report(WorkloadProgress(stage: "", completed: 1))
      return BenchResult(
        rows: rows, loadSeconds: loadTime / .seconds(1), bytesPerToken: loaded.bytesPerToken,
        peakMemory: peak)
    }
    var result = outcome.value
    result.addEnergy(from: outcome.run)
    if context.isJSON {
      var object = result.json(name)
      object["run"] = .object(JSONObject(outcome.run))
      context.console.print(json: object)
      return .done
    }
    context.console.print(result.table)
    context.console.note(result.line(name))
    if let bill = outcome.run.bill {
      context.console.note(
        "ergon: \(BillText(bill).headline)" + (noSave ? "" : " · run \(outcome.run.id.short)"))
      context.console.detail(BillText(bill).provenance)
    }
    return .done
  }

  private var tests: [InferenceTest] {
    prompts.numbers.filter { $0 > 0 }.map { .prompt($0) }
      + answers.numbers.filter { $0 > 0 }.flatMap { tokens in
        batches.numbers.map { .generation(tokens, sequences: $0) }
      }
  }

  private func described(_ name: String, _ threads: [Int]) -> [String: String] {
    [
      "model": name, "kv": loading.kv.rawValue, "head": loading.head.rawValue,
      "threads": NumberList(threads).description, "repeats": "\(repeats)",
      "instructions": Compute.instructionSet.rawValue,
    ]
  }
}

/// Whole numbers between commas, as `128,512` has them; a 0 leaves the tests out.
struct NumberList: ExpressibleByArgument, CustomStringConvertible, Hashable {
  var numbers: [Int]

  init(_ numbers: [Int]) { self.numbers = numbers }

  init?(argument: String) {
    numbers = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = Int(part), number >= 0 else { return nil }
      numbers.append(number)
    }
  }

  var description: String { numbers.map(String.init).joined(separator: ",") }
  var defaultValueDescription: String { description }
}

extension SyntheticShape: ExpressibleByArgument {
  public init?(argument: String) {
    guard let shape = Self.known.first(where: { $0.name == argument }) else { return nil }
    self = shape
  }

  public static var allValueStrings: [String] { known.map(\.name) }
}
extension SyntheticWeights: ExpressibleByArgument {}
extension InstructionSet: ExpressibleByArgument {}
