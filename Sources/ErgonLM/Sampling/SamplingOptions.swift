/// How the next token is chosen.
///
/// The order is llama.cpp's: logit bias and constraint, penalties, DRY, top-nσ, top-k, typical,
/// top-p, min-p, XTC, temperature, then the draw. The filters see probabilities at temperature 1,
/// so that a temperature changes how boldly one draws from what they left, not what they leave.
///
/// - Cost: a certified head gives the candidates of greedy choice, of top-k, and of min-p alone, for
///   about half of its matrix's bytes; top-p without top-k often needs more of them than that pays
///   for. Log-probabilities, mirostat, top-nσ, typical without top-k, and no filter at all need every
///   logit.
public struct SamplingOptions: Sendable, Equatable {
  /// 0 takes the likeliest token, the lowest id where two are equal.
  public var temperature: Float = 0.8
  /// Half the width of the range in which the temperature follows the entropy; 0 is off.
  public var dynamicTemperatureRange: Float = 0
  /// The power of the entropy, as a share of the greatest there could be, that the temperature
  /// follows.
  public var dynamicTemperatureExponent: Float = 1
  /// Keep the k likeliest; 0 is off.
  public var topK = 40
  /// Keep the fewest that together have this probability; 1 is off (Holtzman et al., 2020).
  public var topP: Float = 0.95
  /// Keep those with at least this share of the likeliest's probability; 0 is off (Nguyen et al.,
  /// 2024).
  public var minP: Float = 0.05
  /// Keep those whose surprise is nearest the entropy, up to this probability; 1 is off (Meister et
  /// al., 2023).
  public var typicalP: Float = 1
  /// Keep logits within this many standard deviations of the greatest; 0 is off (Tang et al., 2024).
  public var topNSigma: Float = 0
  /// With this probability remove all tokens from the threshold up but the least likely of them.
  public var xtcProbability: Float = 0
  /// The probability from which a token is one of those.
  public var xtcThreshold: Float = 0.1
  /// Divides positive and multiplies negative logits of recent tokens; 1 is off.
  public var repeatPenalty: Float = 1
  /// Recent tokens that penalties look at; -1 is all of them.
  public var penaltyWindow = 64
  /// Taken off the logit of a recent token for each time it occurs.
  public var frequencyPenalty: Float = 0
  /// Taken off the logit of a recent token once.
  public var presencePenalty: Float = 0
  /// Don't-repeat-yourself, over all of the history: takes multiplier · base^(repeat length − allowed
  /// length) off a token that would make a repeated stretch longer; 0 is off.
  public var dryMultiplier: Float = 0
  /// The base of that power.
  public var dryBase: Float = 1.75
  /// The length from which a repeated stretch counts.
  public var dryAllowedLength = 2
  /// 0 is off, else version 2, which replaces the filters (Basu et al., 2021).
  public var mirostat = 0
  /// The surprise of a token that mirostat aims at, in bits.
  public var mirostatTau: Float = 5
  /// The part of a token's difference from it by which the limit moves.
  public var mirostatEta: Float = 0.1
  /// Added to the logits of single tokens; minus infinity forbids one.
  public var logitBias: [TokenID: Float] = [:]
  /// The same seed gives the same answer; nil takes a new one each time.
  public var seed: UInt64?
  /// Likeliest tokens to report with each one chosen; nil reports nothing.
  public var logProbabilities: Int?

  public init() {}

  /// Always the likeliest token.
  public static var greedy: SamplingOptions {
    var options = SamplingOptions()
    options.temperature = 0
    return options
  }
}
