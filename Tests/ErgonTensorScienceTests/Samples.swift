import ComplexModule
import ErgonTensor
import ErgonTensorScience

/// SplitMix64: the same numbers in every run.
struct Seeded: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// What tests need of the four element types beyond the library's own protocols.
protocol Sampled: MatrixScalar {
  static func sample(_ generator: inout Seeded) -> Self
  var absolute: Double { get }
  var conjugated: Self { get }
}

extension Float: Sampled {
  static func sample(_ generator: inout Seeded) -> Float { .random(in: -1...1, using: &generator) }
  var absolute: Double { Double(magnitude) }
  var conjugated: Float { self }
}

extension Double: Sampled {
  static func sample(_ generator: inout Seeded) -> Double {
    .random(in: -1...1, using: &generator)
  }
  var absolute: Double { magnitude }
  var conjugated: Double { self }
}

extension Complex: Sampled where RealType: ScienceScalar & Sampled {
  static func sample(_ generator: inout Seeded) -> Complex {
    Complex(.sample(&generator), .sample(&generator))
  }
  var absolute: Double { length.absolute }
  var conjugated: Complex { conjugate }
}

extension Tensor where Scalar: Sampled {
  static func sample(_ shape: Shape, seed: UInt64) -> Tensor {
    var generator = Seeded(state: seed)
    return Tensor((0..<shape.count).map { _ in Scalar.sample(&generator) }, shape: shape)
  }

  /// The product of matrices by three loops.
  func times(_ other: Tensor) -> Tensor {
    let (rows, inner, columns) = (shape[-2], shape[-1], other.shape[-1])
    let batch = shape.lengths.dropLast(2)
    let (a, b) = (values, other.values)
    var result: [Scalar] = []
    for matrix in 0..<batch.reduce(1, *) {
      for i in 0..<rows {
        for j in 0..<columns {
          var sum: Scalar = 0
          for k in 0..<inner {
            sum += a[(matrix * rows + i) * inner + k] * b[(matrix * inner + k) * columns + j]
          }
          result.append(sum)
        }
      }
    }
    return Tensor(result, shape: Shape(batch + [rows, columns]))
  }

  /// The conjugate transpose.
  var adjoint: Tensor {
    let turned = transposed()
    return Tensor(turned.values.map(\.conjugated), shape: turned.shape)
  }

  var largest: Double { values.map(\.absolute).max() ?? 0 }

  static func identities(_ n: Int, batch: [Int]) -> Tensor {
    let one = (0..<n * n).map { $0 % (n + 1) == 0 ? 1 as Scalar : 0 }
    let count = batch.reduce(1, *)
    return Tensor((0..<count).flatMap { _ in one }, shape: Shape(batch + [n, n]))
  }

  /// Vectors on the diagonal of matrices.
  var onDiagonal: Tensor {
    let n = shape[-1]
    let elements = values
    var result = [Scalar](repeating: 0, count: count * n)
    for place in 0..<count { result[place * n + place % n] = elements[place] }
    return Tensor(result, shape: Shape(shape.lengths + [n]))
  }

  /// The largest difference as a multiple of n and the rounding error of the larger array.
  func distance(_ other: Tensor, n: Int) -> Double {
    precondition(shape == other.shape, "\(shape) and \(other.shape)")
    let difference = zip(values, other.values).map { ($0 - $1).absolute }.max() ?? 0
    let scale = Swift.max(largest, other.largest, 1e-30)
    return difference / (scale * Double(Scalar.RealType.ulpOfOne) * Double(Swift.max(n, 1)))
  }
}
