/// A model on its way into a GGUF file or a Hugging Face checkpoint: which tensors go where, in which
/// format, and what is said of them.
///
/// ```swift
/// let file = try openModelFile("Llama-3.2-1B/")
/// let conversion = try ModelConversion(file, options: .init(type: .q4_K))
/// try conversion.write(to: "llama.gguf", in: context)
/// ```
///
/// Tensors get the names of the kind of file, and Llama's queries and keys the order of rows that
/// pairs neighbours in GGUF and halves in checkpoints. One-axis tensors stay F32.
package struct ModelConversion: Sendable {
  package struct Options: Sendable {
    /// Of the matrices inside the layers.
    package var type: StorageFormat
    /// Of the embedding and the output; for ternary types F16 in GGUF files and in checkpoints what
    /// the source has, otherwise the same as the matrices, unless said.
    package var head: StorageFormat?
    /// Whether matrices of numbers are rounded to trits.
    package var ternarizes = false
    package var kind: ModelFileKind

    package init(
      type: StorageFormat, head: StorageFormat? = nil, ternarizes: Bool = false,
      kind: ModelFileKind = .gguf
    ) {
      self.type = type
      self.head = head
      self.ternarizes = ternarizes
      self.kind = kind
    }
  }

  /// A tensor of the file to be.
  package struct Item: Sendable {
    package let entry: TensorEntry
    let content: Content
  }

  enum Content: Sendable {
    case tensor(TensorEntry, RowOrder.Change)
    /// What a trit of this matrix is worth.
    case scale(TensorEntry)
    case numbers([Float])
  }

  package let items: [Item]
  /// Of a GGUF file.
  package let metadata: [String: MetadataValue]
  /// Of a checkpoint: its `config.json`.
  package let configuration: JSONValue
  /// What the reader of the result should know.
  package let notes: [String]

  let file: any ModelFile
  let options: Options

  /// Types that models are converted to in a kind of file.
  package static func types(of kind: ModelFileKind) -> [StorageFormat] {
    kind == .safetensors
      ? [.packedTrits, .f32, .f16, .bf16]
      : [.f16, .bf16, .q8_0, .q4_0, .q4_K, .q6_K, .tq1_0, .tq2_0, .i2_S]
  }

  /// The kind of file that a path asks for: a checkpoint in a folder or a `.safetensors` file.
  package static func kind(ofOutput path: String) -> ModelFileKind {
    path.hasSuffix(".safetensors") || path.hasSuffix("/") || isFolder(path) ? .safetensors : .gguf
  }

  /// - Throws: ``LMError``, before anything is written.
  package init(_ file: any ModelFile, options: Options) throws(LMError) {
    precondition(
      Self.types(of: options.kind).contains(options.type),
      "ModelConversion: no \(options.kind.rawValue) model of \(options.type.name)")
    self.file = file
    self.options = options
    var planner = Planner(file: file, options: options)
    if options.kind == .safetensors {
      configuration = try planner.planCheckpoint()
      metadata = [:]
    } else if file.kind == .safetensors {
      self.configuration = .null
      let configuration = try ModelConfiguration(file)
      try planner.addCheckpoint(configuration)
      var metadata = Self.metadata(of: configuration)
      let (vocabulary, notes) = try Self.vocabulary(
        beside: file, size: configuration.vocabularySize)
      metadata.merge(vocabulary) { first, _ in first }
      planner.notes += notes
      self.metadata = Self.finish(metadata, options)
    } else {
      configuration = .null
      for entry in file.tensors {
        try planner.add(entry.name, entry.shape, .tensor(entry, .none))
      }
      var metadata = file.metadata
      if file.kind == .llama2c {
        let vocabulary = try Self.vocabulary(beside: file)
        metadata.merge(vocabulary ?? [:]) { first, _ in first }
        if vocabulary == nil {
          planner.notes.append("no tokenizer.bin is beside it; the file has no tokenizer")
        }
      }
      self.metadata = Self.finish(metadata, options)
    }
    items = planner.items
    notes = planner.notes
  }

  private static func finish(
    _ metadata: [String: MetadataValue], _ options: Options
  ) -> [String: MetadataValue] {
    var metadata = metadata
    metadata["general.file_type"] = .unsigned(options.type.fileType)
    metadata["general.quantization_version"] = .unsigned(2)
    return metadata
  }

  /// Chooses formats and collects items.
  struct Planner {
    let file: any ModelFile
    let options: Options
    var items: [Item] = []
    var notes: [String] = []

    mutating func addCheckpoint(_ c: ModelConfiguration) throws(LMError) {
      let architecture = try Architecture.find(MetadataReader(file))
      if c.roundsToTernary, c.architecture == "llama", !options.type.isTernary {
        throw .request(
          what: "writing '\(file.source)' as \(options.type.name)",
          reason: "its matrices are rounded to trits, which a Llama's file cannot say",
          mend: "ask for a ternary type and for rounding")
      }
      for (name, entry) in try architecture.entries(c, in: file) {
        let heads = c.architecture == "llama" ? c.turningHeads(name) : nil
        try add(name, entry.shape, .tensor(entry, heads.map { .joining(heads: $0) } ?? .none))
      }
      if case .llama3 = c.rotary.scaling {
        let scaled = c.rotary.frequencies(headSize: c.headSize)
        let plain = RotaryOptions(base: c.rotary.base).frequencies(headSize: c.headSize)
        let factors = zip(plain, scaled).map { Float($0 / $1) }
        try add("rope_freqs.weight", [factors.count], .numbers(factors))
      }
    }

    mutating func add(_ name: String, _ shape: [Int], _ content: Content) throws(LMError) {
      let format = try format(name, shape, content)
      items.append(
        Item(entry: TensorEntry(name: name, shape: shape, format: format), content: content))
    }

    private mutating func format(
      _ name: String, _ shape: [Int], _ content: Content
    ) throws(LMError) -> StorageFormat {
      guard shape.count == 2, shape.allSatisfy({ $0 > 1 }),
        name.hasPrefix("blk.") || name == "token_embd.weight" || name == "output.weight"
      else { return .f32 }
      let wanted: StorageFormat
      if name.hasPrefix("blk.") {
        wanted = options.type
      } else {
        wanted = options.head ?? (options.type.isTernary ? .f16 : options.type)
      }
      let columns = shape[1]
      if columns % wanted.block.weights == 0 { return wanted }
      if wanted.isTernary {
        throw .request(
          what: "writing '\(name)' as \(wanted.name)",
          reason: "rows of \(columns) are no blocks of \(wanted.block.weights)",
          mend: "ask for another type")
      }
      let other: StorageFormat = columns % 32 == 0 ? .q8_0 : .f16
      notes.append("\(name): rows of \(columns) are no blocks of \(wanted.name); \(other.name)")
      return other
    }
  }
}

extension StorageFormat {
  /// The number that `general.file_type` has for a model whose matrices are of this format.
  var fileType: UInt64 {
    switch self {
    case .f16: 1
    case .q4_0: 2
    case .q8_0: 7
    case .q4_K: 15
    case .q6_K: 18
    case .bf16: 32
    case .tq1_0: 36
    case .tq2_0: 37
    case .i2_S: 40
    default: 0
    }
  }
}

extension ModelConfiguration {
  /// Heads of a tensor whose rows rotary positions turn, by GGUF's name.
  func turningHeads(_ name: String) -> Int? {
    name.contains(".attn_q.") ? heads : name.contains(".attn_k.") ? keyValueHeads : nil
  }
}
