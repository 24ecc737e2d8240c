public import ErgonTensor

/// How the weights of a layer begin.
///
/// Bounds and deviations follow from how many inputs each output sums (fan-in) and how many outputs
/// each input reaches (fan-out), so that signals neither grow nor fade through many layers.
///
/// ```swift
/// Linear(784, 256, initializer: .kaimingUniform, random: &random)
/// ```
public struct Initializer: Sendable {
  /// What a weight is for: its shape, and the numbers of inputs and outputs it joins.
  public struct Target: Sendable, Hashable {
    /// Outputs along the last axis.
    public let shape: Shape
    public let fanIn: Int
    public let fanOut: Int

    public init(shape: Shape, fanIn: Int, fanOut: Int) {
      self.shape = shape
      self.fanIn = fanIn
      self.fanOut = fanOut
    }
  }

  private let rule: @Sendable (Target, inout RandomStream) -> Tensor<Float>

  /// An initialiser by any rule.
  public init(_ rule: @escaping @Sendable (Target, inout RandomStream) -> Tensor<Float>) {
    self.rule = rule
  }

  /// A new weight.
  public func callAsFunction(_ target: Target, _ random: inout RandomStream) -> Tensor<Float> {
    rule(target, &random)
  }

  /// A new weight that is no layer's.
  public func callAsFunction(_ shape: Shape, _ random: inout RandomStream) -> Tensor<Float> {
    let columns = shape.rank > 0 ? shape[-1] : 1
    let rows = columns == 0 ? 0 : shape.count / columns
    return self(Target(shape: shape, fanIn: rows, fanOut: columns), &random)
  }
}

extension Initializer {
  public static let zeros = constant(0)
  public static let ones = constant(1)

  /// Every element the same.
  public static func constant(_ value: Float) -> Initializer {
    Initializer { target, _ in Tensor(repeating: value, shape: target.shape) }
  }

  /// Uniform in `low ..< high`.
  public static func uniform(_ low: Float, _ high: Float) -> Initializer {
    Initializer { target, random in .uniform(target.shape, in: low..<high, using: &random) }
  }

  /// Normal with a mean and a standard deviation.
  public static func normal(mean: Float = 0, deviation: Float) -> Initializer {
    Initializer { target, random in
      .normal(target.shape, mean: mean, deviation: deviation, using: &random)
    }
  }

  /// Uniform up to 1 / √fan-in on both sides: what ``Linear`` and ``Conv2d`` begin with.
  public static let fanInUniform = scaledUniform { 1 / Double($0.fanIn).squareRoot() }

  /// Uniform, of variance 2 / fan-in: keeps the size of signals through ReLU.
  ///
  /// - Reference: He, Zhang, Ren, Sun, "Delving deep into rectifiers", 2015, equation 10.
  public static let kaimingUniform = scaledUniform { (6 / Double($0.fanIn)).squareRoot() }

  /// Normal, of variance 2 / fan-in.
  public static let kaimingNormal = scaledNormal { (2 / Double($0.fanIn)).squareRoot() }

  /// Uniform, of variance 2 / (fan-in + fan-out): a compromise between both directions.
  ///
  /// - Reference: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural
  ///   networks", 2010, equation 16.
  public static let xavierUniform = scaledUniform {
    (6 / Double($0.fanIn + $0.fanOut)).squareRoot()
  }

  /// Normal, of variance 2 / (fan-in + fan-out).
  public static let xavierNormal = scaledNormal { (2 / Double($0.fanIn + $0.fanOut)).squareRoot() }

  /// Normal, drawn again where it lies beyond two deviations.
  public static func truncatedNormal(deviation: Float) -> Initializer {
    Initializer { target, random in
      .truncatedNormal(target.shape, deviation: deviation, using: &random)
    }
  }

  /// Orthonormal columns, or rows where there are fewer of them, times `gain`.
  ///
  /// The weight counts as a matrix whose columns are the outputs.
  ///
  /// - Reference: Saxe, McClelland, Ganguli, "Exact solutions to the nonlinear dynamics of learning
  ///   in deep linear neural networks", 2014.
  public static func orthogonal(gain: Float = 1) -> Initializer {
    Initializer { target, random in
      let columns = target.shape.rank > 0 ? target.shape[-1] : 1
      let rows = columns == 0 ? 0 : target.shape.count / columns
      let drawn = Tensor<Float>.normal(target.shape, using: &random).values
      let isTall = rows >= columns
      let vectors = Self.orthonormal(
        (0..<min(rows, columns)).map { i in
          (0..<max(rows, columns)).map { j in
            Double(drawn[isTall ? j * columns + i : i * columns + j])
          }
        })
      let values = (0..<(rows * columns)).map { place in
        let (row, column) = (place / columns, place % columns)
        return gain * Float(isTall ? vectors[column][row] : vectors[row][column])
      }
      return Tensor(values, shape: target.shape)
    }
  }

  private static func scaledUniform(
    _ bound: @escaping @Sendable (Target) -> Double
  ) -> Initializer {
    Initializer { target, random in
      let bound = Float(bound(target))
      return .uniform(target.shape, in: -bound..<bound, using: &random)
    }
  }

  private static func scaledNormal(
    _ deviation: @escaping @Sendable (Target) -> Double
  ) -> Initializer {
    Initializer { target, random in
      .normal(target.shape, deviation: Float(deviation(target)), using: &random)
    }
  }

  /// The vectors made orthonormal one after the other; each is cleared of the earlier ones twice,
  /// which is enough for full precision.
  private static func orthonormal(_ vectors: [[Double]]) -> [[Double]] {
    var done: [[Double]] = []
    for var vector in vectors {
      for _ in 0..<2 {
        for other in done {
          let share = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
          for i in vector.indices { vector[i] -= share * other[i] }
        }
      }
      let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      done.append(vector.map { $0 / length })
    }
    return done
  }
}
