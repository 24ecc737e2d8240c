/// How a byte becomes a number a network likes: `(byte / 255 - mean) / deviation`, by channel.
public struct PixelScaling: Sendable, Hashable {
  /// One number a channel, in parts of 255.
  public let mean: [Float]
  public let deviation: [Float]

  /// - Precondition: as many means as deviations, at least one, and no deviation of zero.
  public init(mean: [Float], deviation: [Float]) {
    precondition(
      !mean.isEmpty && mean.count == deviation.count && deviation.allSatisfy { $0 > 0 },
      "PixelScaling: \(mean.count) means and \(deviation) deviations")
    self.mean = mean
    self.deviation = deviation
  }

  /// Bytes to 0...1 and no more, for any number of channels.
  public static let unit = PixelScaling(mean: [0], deviation: [1])

  /// Factor and summand of each channel: `byte * factor + summand`.
  ///
  /// - Precondition: one channel here stands for all of them.
  func terms(channels: Int) -> (factors: [Float], summands: [Float]) {
    precondition(
      mean.count == 1 || mean.count == channels,
      "PixelScaling: \(mean.count) means for \(channels) channels")
    let factors = deviation.map { 1 / (255 * $0) }
    let summands = zip(mean, deviation).map { -$0 / $1 }
    guard mean.count == 1, channels > 1 else { return (factors, summands) }
    return (
      Array(repeating: factors[0], count: channels), Array(repeating: summands[0], count: channels)
    )
  }
}
