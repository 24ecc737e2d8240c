import CErgonKernels

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension RotaryOptions {
  /// How much longer YaRN makes turned vectors where the file does not say.
  static func yarnAttention(_ factor: Double) -> Double {
    factor <= 1 ? 1 : 0.1 * log(factor) + 1
  }

  /// The angle by which each pair of a head turns from one position to the next.
  ///
  /// Reference: Su et al. 2021 (rotary embedding); Peng et al. 2023, §3 (YaRN); the Llama 3.1
  /// configuration.
  func frequencies(headSize: Int) -> [Double] {
    let pairs = headSize / 2
    let plain = (0..<pairs).map { pow(base, -2 * Double($0) / Double(headSize)) }
    switch scaling {
    case .none: return plain
    case .linear(let factor): return plain.map { $0 / factor }
    case .divided(let factors): return zip(plain, factors).map { $0 / Double($1) }
    case .llama3(let factor, let low, let high, let original):
      return plain.map { frequency in
        let turns = Double(original) * frequency / (2 * .pi)
        if turns < low { return frequency / factor }
        if turns > high { return frequency }
        let share = (turns - low) / (high - low)
        return frequency * ((1 - share) / factor + share)
      }
    case .yarn(let factor, let original, let fast, let slow, _):
      // The dimension whose pair makes so many turns over the original context.
      func dimension(_ turns: Double) -> Double {
        Double(headSize) * log(Double(original) / (turns * 2 * .pi)) / (2 * log(base))
      }
      let first = Swift.max(dimension(fast).rounded(.down), 0)
      let last = Swift.min(dimension(slow).rounded(.up), Double(headSize - 1))
      let width = first == last ? 0.001 : last - first
      return plain.enumerated().map { index, frequency in
        let share = Swift.min(Swift.max((Double(index) - first) / width, 0), 1)
        return frequency * (share / factor + 1 - share)
      }
    }
  }

  /// The length that turned vectors get.
  var turnedLength: Double {
    if case .yarn(_, _, _, _, let attention) = scaling { attention } else { 1 }
  }
}

/// Cosines and sines of all positions so far, [positions, headSize / 2] each, grown on demand.
struct RotaryTable: ~Copyable {
  private let frequencies: [Double]
  private let length: Double
  private var memory: UnsafeMutablePointer<Float>?
  private var capacity = 0

  init(_ options: RotaryOptions, headSize: Int) {
    frequencies = options.frequencies(headSize: headSize)
    length = options.turnedLength
  }

  deinit { Self.free(memory, capacity, frequencies.count) }

  var cosine: UnsafePointer<Float> { UnsafePointer(memory!) }
  var sine: UnsafePointer<Float> { UnsafePointer(memory! + capacity * frequencies.count) }
  var bytes: Int { 2 * capacity * frequencies.count * MemoryLayout<Float>.size }

  /// Makes the table hold positions `0 ..< count`.
  mutating func reserve(_ count: Int) {
    if count <= capacity { return }
    let pairs = frequencies.count
    let grown = Swift.max(count, Swift.min(2 * capacity, capacity + 4096), 64)
    let new = ek_allocate(2 * grown * pairs * MemoryLayout<Float>.size)
      .assumingMemoryBound(to: Float.self)
    if let memory {
      new.update(from: memory, count: capacity * pairs)
      (new + grown * pairs).update(from: memory + capacity * pairs, count: capacity * pairs)
    }
    for position in capacity..<grown {
      for (pair, frequency) in frequencies.enumerated() {
        let angle = Double(position) * frequency
        new[position * pairs + pair] = Float(cos(angle) * length)
        new[(grown + position) * pairs + pair] = Float(sin(angle) * length)
      }
    }
    Self.free(memory, capacity, pairs)
    memory = new
    capacity = grown
  }

  private static func free(_ memory: UnsafeMutablePointer<Float>?, _ capacity: Int, _ pairs: Int) {
    if let memory { ek_deallocate(memory, 2 * capacity * pairs * MemoryLayout<Float>.size) }
  }
}
