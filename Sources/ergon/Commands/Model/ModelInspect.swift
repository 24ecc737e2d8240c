import ArgumentParser
import ErgonLM

/// `ergon model inspect FILE`: what a file says of itself, without computing with it.
struct ModelInspect: SynchronousCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say what a model is: architecture, size, formats, vocabulary.",
    discussion: example(
      "ergon model inspect model.gguf", "ergon model inspect model.gguf --tensors",
      "ergon model inspect Llama-3.2-1B/ --json",
      about: """
        I2_S files that bitnet.cpp wrote on ARM processors in the first half of 2026 have another \
        order and read as noise. Nothing in the weights tells the orders apart; a warning appears \
        where the file's own description names such a processor.
        """))

  @OptionGroup var output: OutputOptions
  @Argument(help: "A model's file, folder or name.") var model: String
  @Flag(help: "List every tensor.") var tensors = false

  func execute(in context: CommandContext) throws -> ExitStatus {
    let summary = ModelSummary(try openModel(model))
    if context.isJSON {
      var object = summary.json
      if tensors { object["tensors"] = .array(summary.file.tensors.map { .object($0.json) }) }
      context.console.print(json: object)
    } else {
      show(summary, context.console)
    }
    for warning in summary.warnings { context.console.warn(warning) }
    return .done
  }

  private func show(_ summary: ModelSummary, _ console: Console) {
    var table = TextTable(["", .flexible("")])
    for (label, text) in summary.lines { table.append([label, text]) }
    console.print(table)
    console.print("")
    var formats = TextTable(["FORMAT", .right("TENSORS"), .right("WEIGHTS"), .right("SIZE")])
    for share in summary.formats {
      formats.append([
        share.format.name, "\(share.tensors)", "\(share.weights)",
        DataCommand.text(bytes: share.bytes),
      ])
    }
    console.print(formats)
    guard tensors else { return }
    console.print("")
    var list = TextTable(["TENSOR", "FORMAT", .right("SHAPE")])
    for entry in summary.file.tensors {
      list.append([
        entry.name, entry.format.name, entry.shape.map(String.init).joined(separator: " x "),
      ])
    }
    console.print(list)
  }
}

/// The facts of a model's file, for people and for scripts.
struct ModelSummary {
  struct Share {
    let format: StorageFormat
    var tensors = 0
    var weights = 0
    var bytes = 0
  }

  let file: any ModelFile
  let configuration: ModelConfiguration?
  private(set) var formats: [Share] = []
  private(set) var warnings: [String] = []
  private let tokenizer: String?
  private let pieces: Int?

  init(_ file: any ModelFile) {
    self.file = file
    var warnings: [String] = []
    do throws(LMError) {
      configuration = try ModelConfiguration(file)
    } catch {
      configuration = nil
      warnings.append("ergon cannot compute with it: \(error)")
    }
    var shares: [StorageFormat: Share] = [:]
    for entry in file.tensors {
      var share = shares[entry.format] ?? Share(format: entry.format)
      share.tensors += 1
      share.weights += entry.count
      share.bytes += (try? file.bytes(of: entry.name).bytes.count) ?? 0
      shares[entry.format] = share
    }
    formats = shares.values.sorted { ($0.bytes, $0.format.name) > ($1.bytes, $1.format.name) }
    if shares[.i2_S] != nil, Self.speaksOfARM(file) {
      warnings.append(
        "I2_S files that bitnet.cpp wrote on ARM processors in the first half of 2026 have another "
          + "order, which no mark tells, and read as noise; convert such a model again on x86")
    }
    if case .string(let name)? = file.metadata["tokenizer.ggml.model"] {
      tokenizer = name
    } else {
      tokenizer = nil
    }
    if case .strings(let table)? = file.metadata["tokenizer.ggml.tokens"] {
      pieces = table.count
    } else {
      pieces = nil
    }
    if let pieces, let configuration, pieces != configuration.vocabularySize {
      warnings.append(
        "the vocabulary has \(pieces) pieces, the model \(configuration.vocabularySize) tokens")
    }
    self.warnings = warnings
  }

  /// Whether a file's own words name an ARM processor as the place it was made.
  ///
  /// The two orders of I2_S put the same codes into the same bytes, so that the weights alone cannot
  /// tell them apart.
  private static func speaksOfARM(_ file: any ModelFile) -> Bool {
    file.metadata.contains { key, value in
      guard key.hasPrefix("general."), case .string(let text) = value else { return false }
      return text.lowercased().split { !$0.isLetter && !$0.isNumber }.contains {
        ["arm", "arm64", "aarch64", "armv8", "armv9", "neon"].contains($0)
      }
    }
  }

  private var weights: Int { formats.reduce(0) { $0 + $1.weights } }
  private var bytes: Int { formats.reduce(0) { $0 + $1.bytes } }
  private var name: String? {
    if case .string(let name)? = file.metadata["general.name"] { name } else { nil }
  }
  private var hasChatTemplate: Bool { file.metadata["tokenizer.chat_template"] != nil }

  var lines: [(String, String?)] {
    var lines: [(String, String?)] = [("file", "\(file.source) (\(file.kind.rawValue))")]
    if let name { lines.append(("name", name)) }
    if let c = configuration {
      lines += [
        ("architecture", c.architecture),
        ("layers", "\(c.layers) of \(c.hiddenSize), feed-forward \(c.feedForwardSize)"),
        ("heads", "\(c.heads) of \(c.headSize), keys and values \(c.keyValueHeads)"),
        ("context", "\(c.contextLength) tokens"), ("vocabulary", "\(c.vocabularySize) tokens"),
      ]
    }
    lines.append(("weights", "\(weights) in \(file.tensors.count) tensors"))
    lines.append(("size", DataCommand.text(bytes: bytes)))
    if let tokenizer {
      lines.append(("tokenizer", tokenizer + (hasChatTemplate ? ", with a chat template" : "")))
    }
    return lines
  }

  var json: JSONObject {
    var object: JSONObject = [
      "file": .string(file.source), "kind": .string(file.kind.rawValue),
      "name": JSONValue(name), "weights": JSONValue(weights), "sizeBytes": JSONValue(bytes),
      "tensorCount": JSONValue(file.tensors.count), "tokenizer": JSONValue(tokenizer),
      "chatTemplate": JSONValue(hasChatTemplate), "warnings": JSONValue(warnings),
      "formats": .array(
        formats.map {
          .object([
            "format": .string($0.format.name), "tensors": JSONValue($0.tensors),
            "weights": JSONValue($0.weights), "sizeBytes": JSONValue($0.bytes),
          ])
        }),
    ]
    if let c = configuration {
      object["architecture"] = .string(c.architecture)
      object["layers"] = JSONValue(c.layers)
      object["hiddenSize"] = JSONValue(c.hiddenSize)
      object["feedForwardSize"] = JSONValue(c.feedForwardSize)
      object["heads"] = JSONValue(c.heads)
      object["keyValueHeads"] = JSONValue(c.keyValueHeads)
      object["contextLength"] = JSONValue(c.contextLength)
      object["vocabularySize"] = JSONValue(c.vocabularySize)
    }
    return object
  }
}

extension TensorEntry {
  fileprivate var json: JSONObject {
    [
      "name": .string(name), "format": .string(format.name),
      "shape": .array(shape.map { JSONValue($0) }),
    ]
  }
}
