public import ErgonLM

/// What one operation of arithmetic takes, in picojoules; moving its operands is left out.
///
/// - Reference: Horowitz, "Computing's energy problem (and what we can do about it)", 2014, for
///   45 nm; Zhang, Zhang, Lew, "PokeBNN", 2022, for 7 nm.
public struct OperationEnergy: Sendable, Hashable {
  public var halfAdd: Double
  public var halfMultiply: Double
  /// Of 8-bit integers.
  public var byteAdd: Double

  public init(halfAdd: Double, halfMultiply: Double, byteAdd: Double) {
    self.halfAdd = halfAdd
    self.halfMultiply = halfMultiply
    self.byteAdd = byteAdd
  }

  public static let nanometres45 = OperationEnergy(halfAdd: 0.4, halfMultiply: 1.1, byteAdd: 0.03)
  public static let nanometres7 = OperationEnergy(halfAdd: 0.16, halfMultiply: 0.34, byteAdd: 0.007)

  /// How many times as much a matrix product takes with half-precision weights as with trits: a
  /// multiplication and an addition against an addition of integers.
  public var productRatio: Double { (halfAdd + halfMultiply) / byteAdd }
}

/// The arithmetic behind one generated token, and its energy by a table of operations.
///
/// An estimate of the arithmetic units alone. What a machine draws depends more on the bytes that
/// it moves, which is why a meter shows other ratios.
///
/// ```swift
/// let token = TokenArithmetic(configuration, context: 512)
/// token.ratio(.nanometres7)                  // 29.2 for the shape of Llama 7B
/// ```
public struct TokenArithmetic: Sendable, Hashable {
  /// Multiply-adds in the matrices of the layers: additions of bytes where these are ternary.
  public let matrices: Int
  /// Multiply-adds of attention over the context, in half precision.
  public let attention: Int
  /// Multiplications by the scales of a ternary model: one for each input of a matrix, which
  /// matrices that read the same share, and one for each output.
  public let scales: Int
  /// Multiply-adds of the output head, in half precision.
  public let head: Int

  /// - Parameters:
  ///   - context: Tokens that attention looks back at.
  ///   - includesHead: Whether the output head counts.
  public init(_ configuration: ModelConfiguration, context: Int, includesHead: Bool = false) {
    let c = configuration
    matrices = c.projectionWeights
    attention = 2 * context * c.querySize * c.layers
    let inputs = 2 * c.hiddenSize + c.querySize + c.feedForwardSize
    let outputs = c.querySize + 2 * c.keyValueSize + 2 * c.hiddenSize + 2 * c.feedForwardSize
    scales = c.layers * (inputs + outputs)
    head = includesHead ? c.hiddenSize * c.vocabularySize : 0
  }

  /// The energy of a token's arithmetic.
  public func picojoules(isTernary: Bool, _ operation: OperationEnergy) -> Double {
    let multiplyAdd = operation.halfAdd + operation.halfMultiply
    let half = Double(attention + head) * multiplyAdd
    guard isTernary else { return half + Double(matrices) * multiplyAdd }
    return half + Double(matrices) * operation.byteAdd + Double(scales) * operation.halfMultiply
  }

  /// How many times as much a token takes in half precision as with ternary matrices.
  public func ratio(_ operation: OperationEnergy) -> Double {
    picojoules(isTernary: false, operation) / picojoules(isTernary: true, operation)
  }
}
