import CErgonKernels

/// Inputs of the kernels' tests: the same numbers every time, without the kernels' own generator.
enum KernelSamples {
  /// Lengths around the widths of vectors.
  static let lengths = [0, 1, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 67, 130, 1029]

  /// Numbers between -range and range that look random (a multiplicative sequence).
  static func numbers<T: BinaryFloatingPoint>(_ count: Int, range: T = 3, seed: UInt64 = 1) -> [T] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return T(Double(Int64(bitPattern: state) >> 11) / 0x1p52) * range
    }
  }

  /// What loops go wrong with.
  static func special<T: BinaryFloatingPoint>() -> [T] {
    [
      0, -0.0, 1, -1, 0.5, -0.5, .infinity, -.infinity, .nan, .leastNonzeroMagnitude,
      -.leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 2, -2.5, 3.5,
      100, -100,
    ]
  }
}

/// How far a result is from the wanted number, in units in the last place of its type; 0 where both
/// are NaN, infinite where only one is.
func unitsApart<T: BinaryFloatingPoint>(_ got: T, _ wanted: Double) -> Double {
  if got.isNaN || wanted.isNaN { return got.isNaN && wanted.isNaN ? 0 : .infinity }
  let rounded = T(wanted)
  if got == rounded { return 0 }
  if !got.isFinite || !rounded.isFinite { return .infinity }
  return abs(Double(got) - wanted) / Double(max(T.leastNonzeroMagnitude, rounded.ulp))
}

/// The first place where two results differ by more than `tolerance` of their size (or of 1), or nil.
func firstDifference<T: BinaryFloatingPoint>(
  _ got: [T], _ wanted: [Double], tolerance: Double
) -> String? {
  guard got.count == wanted.count else { return "\(got.count) numbers, not \(wanted.count)" }
  for i in got.indices {
    let (a, b) = (Double(got[i]), wanted[i])
    if a == b || (a.isNaN && b.isNaN) { continue }
    if !(abs(a - b) <= tolerance * max(1, abs(b))) { return "[\(i)]: \(a), not \(b)" }
  }
  return nil
}

/// Whether two results are the same bit by bit, any two NaN being the same.
func sameBits<T: BinaryFloatingPoint>(_ a: [T], _ b: [T]) -> Bool {
  a.count == b.count
    && zip(a, b).allSatisfy { ($0 == $1 && $0.sign == $1.sign) || ($0.isNaN && $1.isNaN) }
}

/// The result of a kernel that writes `count` elements; one more on either side must stay as it is,
/// and the output begins one element past an aligned address.
func written<T>(_ count: Int, fill: T, _ kernel: (UnsafeMutablePointer<T>) -> Void) -> [T]?
where T: Equatable {
  var buffer = [T](repeating: fill, count: count + 2)
  buffer.withUnsafeMutableBufferPointer { kernel($0.baseAddress! + 1) }
  guard buffer.first == fill, buffer.last == fill else { return nil }
  return Array(buffer.dropFirst().dropLast())
}
