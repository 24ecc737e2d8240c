import ArgumentParser
import ErgonData
import ErgonFetch
import ErgonLab
import ErgonWorkload

/// `ergon model pull MODEL`: a model from a hub, whole and with every byte checked.
struct ModelPull: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull", abstract: "Fetch a model from the Hugging Face hub or a mirror.",
    discussion: example(
      "ergon model pull microsoft/bitnet-b1.58-2B-4T",
      "ergon model pull microsoft/bitnet-b1.58-2B-4T-gguf:I2_S",
      "ergon model pull org/name@v1.0 --include '*.safetensors' --include '*.json'",
      "ergon generate 'Once' --model microsoft/bitnet-b1.58-2B-4T",
      about: """
        Unless said otherwise, the safetensors are fetched with their configuration and tokenizer, \
        or the only GGUF file; of several, ':' and a file or quantisation choose one. A pull that \
        was stopped goes on where it was. HF_TOKEN (or ERGON_HF_TOKEN) opens gated models, \
        HF_ENDPOINT names another hub, and HF_HUB_OFFLINE=1 forbids the network.
        """))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions
  @OptionGroup var grid: GridOptions
  @OptionGroup var place: LedgerOptions

  @Argument(
    help: ArgumentHelp("org/name, and if need be '@revision' and ':file'.", valueName: "model"))
  var spec: String
  @Option(
    name: .customLong("output"),
    help: ArgumentHelp("Where to; the cache folder unless said.", valueName: "folder"))
  var folder: String?
  @Option(
    help: ArgumentHelp(
      "Files to fetch instead, as a shell matches names; may be repeated.", valueName: "pattern"))
  var include: [String] = []
  @Option(help: "A branch, a tag or a commit; main unless said.") var revision: String?
  @Option(help: ArgumentHelp("Another hub.", valueName: "address")) var endpoint: String?
  @Option(
    help: ArgumentHelp(
      "Copy from a folder with org/name/…, or another machine's cache; no network.",
      valueName: "folder"))
  var mirror: String?
  @Flag(help: "Use what is here; never ask the network.") var offline = false
  @Flag(help: "Read every byte of what is here, too.") var verify = false
  @Flag(name: .customLong("no-save"), help: "Keep nothing in the ledger.") var noSave = false

  func validate() throws {
    guard mirror == nil || endpoint == nil else {
      throw ValidationError("--mirror and --endpoint exclude each other.")
    }
    guard include.isEmpty || !spec.contains(":") else {
      throw ValidationError("--include and ':' in the model's name exclude each other.")
    }
  }

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let named = try HubReference(spec)
    let reference = try revision.map { try named.at($0) } ?? named
    guard let source = try source() else { return try useCached(reference, context) }
    let settings = try context.settings(meter, grid, place)
    let lab = try context.lab(settings, saves: !noSave)
    let folder = folder ?? ModelCache.standard.destination(of: reference)
    let plan: PullPlan
    do {
      plan = try await source.plan(
        reference, patterns: include, into: folder, checksAll: verify)
      show(plan, from: source, context.console)
      guard !plan.missing.isEmpty else {
        // Files that were put here by hand are noted, so that they are found by name.
        return try await finish(plan, plan.run(), nil, context)
      }
      let observed = try await lab.run(
        "pull \(reference)",
        settings: ["source": source.name, "commit": plan.commit].compactMapValues { $0 }
      ) { observer in try await plan.run(in: observer) }
      if let bill = observed.run.bill { context.console.note("ergon: \(BillText(bill).headline)") }
      return try finish(plan, observed.value, JSONObject(observed.run), context)
    } catch let error as WorkloadStopped {
      context.console.note("What has arrived is kept; the same pull goes on with it.")
      throw error
    } catch let error as FetchError where error.isOffline {
      context.console.note(
        "Without a network: --offline uses what is here, and --mirror a folder of models.")
      throw error
    }
  }

  /// Whom to ask; `nil` for nobody.
  private func source() throws -> ModelSource? {
    if let mirror { return .mirror(ModelMirror(folder: mirror)) }
    if offline || HuggingFaceHub.isOffline() { return nil }
    return .hub(try HuggingFaceHub.standard(endpoint: endpoint))
  }

  private func useCached(
    _ reference: HubReference, _ context: CommandContext
  ) throws -> ExitStatus {
    let found =
      folder.map { PulledModel(folder: $0) } ?? ModelCache.standard.model(reference)
    guard let model = found, model.name == reference.name else {
      throw HubError.offline("\(reference)")
    }
    let path = try model.weights(reference.selection)
    if verify {
      let damaged = try model.damage().map(\.path)
      if !damaged.isEmpty { throw HubError.damaged(model: model.reference, files: damaged) }
    }
    context.console.note("\(model.reference): here already; the network was not asked")
    answer(model, path, fetched: [], nil, context)
    return .done
  }

  private func show(_ plan: PullPlan, from source: ModelSource, _ console: Console) {
    let commit = plan.commit.map { " at \($0.prefix(12))" } ?? ""
    console.note(
      "\(plan.reference.name), \(plan.reference.effectiveRevision)\(commit), from \(source.name)")
    var table = TextTable(["FILE", .right("SIZE"), ""])
    let missing = Set(plan.missing.map(\.path))
    for file in plan.files {
      table.append([
        file.path, DataCommand.text(bytes: file.size), missing.contains(file.path) ? "" : "here",
      ])
    }
    console.note(table)
    console.note(
      plan.missing.isEmpty
        ? "all of it is in \(plan.folder)"
        : "\(DataCommand.text(bytes: plan.missingSize - plan.begunSize)) to fetch into \(plan.folder)"
          + (plan.begunSize > 0
            ? ", \(DataCommand.text(bytes: plan.begunSize)) are there from before" : ""))
  }

  private func finish(
    _ plan: PullPlan, _ model: PulledModel, _ run: JSONObject?, _ context: CommandContext
  ) throws -> ExitStatus {
    // What was chosen by pattern need not be a model that can be opened.
    let path =
      plan.files.count == 1
      ? model.path(plan.files[0]) : (try? model.weights(plan.reference.selection)) ?? model.folder
    answer(model, path, fetched: plan.missing, run, context)
    return .done
  }

  private func answer(
    _ model: PulledModel, _ path: String, fetched: [HubFile], _ run: JSONObject?,
    _ context: CommandContext
  ) {
    guard context.isJSON else { return context.console.print(path) }
    var object = model.json
    object["path"] = .string(path)
    object["fetched"] = JSONValue(fetched.map(\.path))
    object["fetchedBytes"] = JSONValue(fetched.reduce(0) { $0 + $1.size })
    object["run"] = run.map { .object($0) } ?? .null
    context.console.print(json: object)
  }
}

extension PulledModel {
  /// Stable keys of every answer about a model that is here.
  var json: JSONObject {
    [
      "model": .string(name), "revision": .string(revision), "commit": JSONValue(commit),
      "source": .string(source), "folder": .string(folder), "sizeBytes": JSONValue(size),
      "complete": .bool(isComplete),
      "path": JSONValue(try? weights()),
      "files": .array(
        files.map {
          .object([
            "file": .string($0.path), "path": .string(path($0)), "sizeBytes": JSONValue($0.size),
            "digest": JSONValue($0.digest?.description),
          ])
        }),
      "pending": JSONValue(pending),
    ]
  }
}
