extension ModelConfiguration {
  /// Frequencies' factors, which GGUF files have in a tensor.
  mutating func readRotaryFactors(_ file: any ModelFile) throws(LMError) {
    guard !isEncoder, file.kind == .gguf, let entry = file["rope_freqs.weight"] else { return }
    guard entry.format == .f32, entry.shape == [headSize / 2] else {
      throw .malformed(
        source: file.source, place: "tensor '\(entry.name)'",
        reason: "it is \(entry.format) \(entry.shape), the heads ask for f32 [\(headSize / 2)]")
    }
    let bytes = try file.bytes(of: entry.name)
    let factors = (0..<headSize / 2).map {
      bytes.bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self)
    }
    guard factors.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw .malformed(
        source: file.source, place: "tensor '\(entry.name)'",
        reason: "a factor that is not above 0")
    }
    withExtendedLifetime(bytes.owner) {}
    rotary.scaling = .divided(factors)
  }
}
