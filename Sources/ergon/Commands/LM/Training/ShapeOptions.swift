import ArgumentParser
import ErgonLM

/// A size that a model may have by name.
enum ModelShape: String, CaseIterable, ExpressibleByArgument {
  case tiny, small, medium, large

  var width: Int {
    switch self {
    case .tiny: 128
    case .small: 256
    case .medium: 512
    case .large: 768
    }
  }
  var layers: Int {
    switch self {
    case .tiny: 4
    case .small: 6
    case .medium: 8
    case .large: 12
    }
  }
  var heads: Int { self == .tiny ? 4 : self == .large ? 12 : 8 }
  var keyHeads: Int { heads / 2 }
  var feedForward: Int { self == .large ? 2048 : 3 * width }

  /// `width 128, 4 layers, 4 heads`.
  var summary: String { "width \(width), \(layers) layers, \(heads) heads" }
}

/// The gate of the feed-forward part, by the name that papers give it.
enum GateName: String, CaseIterable, ExpressibleByArgument {
  case relu2, silu

  var activation: ErgonLM.Activation { self == .relu2 ? .squaredRelu : .silu }
}

/// Which model is to learn.
struct ShapeOptions: ParsableArguments {
  @Option(
    help: """
      The model's size: \(ModelShape.allCases.map { "\($0.rawValue) (\($0.summary))" }
        .joined(separator: ", ")). The options below change one number of it.
      """)
  var shape = ModelShape.tiny
  @Option(help: ArgumentHelp("Numbers that stand for a token inside the model.", valueName: "n"))
  var width: Int?
  @Option(help: ArgumentHelp("Layers one after the other.", valueName: "n")) var layers: Int?
  @Option(help: ArgumentHelp("Heads of attention.", valueName: "n")) var heads: Int?
  @Option(
    help: ArgumentHelp("Heads of keys and values, which heads share.", valueName: "n"))
  var keyHeads: Int?
  @Option(help: ArgumentHelp("Width of the feed-forward part.", valueName: "n"))
  var feedForward: Int?
  @Option(
    name: .customLong("context"),
    help: ArgumentHelp("Tokens that the model can read; --length unless said.", valueName: "n"))
  var contextLength: Int?
  @Option(help: "The gate of the feed-forward part: relu2 or silu.") var activation = GateName.relu2
  @Flag(help: "Keep the matrices in full precision instead of rounding them to -1, 0 and 1.")
  var fullPrecision = false

  private var sizes: (width: Int, layers: Int, heads: Int, keyHeads: Int, feedForward: Int) {
    let heads = heads ?? shape.heads
    return (
      width ?? shape.width, layers ?? shape.layers, heads,
      keyHeads ?? (self.heads == nil ? shape.keyHeads : heads), feedForward ?? shape.feedForward
    )
  }

  func validate() throws {
    let (width, layers, heads, keyHeads, feedForward) = sizes
    for (name, value, greatest) in [
      ("--width", width, 1 << 14), ("--layers", layers, 512), ("--heads", heads, 1 << 10),
      ("--key-heads", keyHeads, 1 << 10), ("--feed-forward", feedForward, 1 << 17),
      ("--context", contextLength ?? 2, 1 << 20),
    ] where !(1...greatest).contains(value) {
      throw ValidationError("\(name) \(value): 1 to \(greatest).")
    }
    guard width % (2 * heads) == 0 else {
      throw ValidationError(
        "--width \(width): a multiple of twice the \(heads) heads, whose numbers turn in pairs.")
    }
    guard heads % keyHeads == 0 else {
      throw ValidationError("--key-heads \(keyHeads): a divisor of the \(heads) heads.")
    }
    if let contextLength, contextLength < 2 { throw ValidationError("--context: 2 or more.") }
  }

  /// The model of this shape over a vocabulary.
  func configuration(vocabulary: Int, length: Int) -> ModelConfiguration {
    let (width, layers, heads, keyHeads, feedForward) = sizes
    return .decoder(
      vocabulary: vocabulary, context: max(contextLength ?? length, length), width: width,
      layers: layers, heads: heads, keyValueHeads: keyHeads, feedForward: feedForward,
      activation: activation.activation, isTernary: !fullPrecision)
  }

  /// What the ledger and the run's record keep of it.
  func described(length: Int) -> [String: String] {
    let (width, layers, heads, keyHeads, feedForward) = sizes
    return [
      "width": "\(width)", "layers": "\(layers)", "heads": "\(heads)", "keyHeads": "\(keyHeads)",
      "feedForward": "\(feedForward)", "context": "\(max(contextLength ?? length, length))",
      "activation": activation.rawValue, "fullPrecision": "\(fullPrecision)",
    ]
  }
}
