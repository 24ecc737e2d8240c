import CErgonKernels
import RealModule

// Arrays of random numbers, each drawn from a stream that the caller holds.
extension Tensor where Scalar: FloatScalar {
  /// Numbers spread evenly over a range.
  ///
  /// ```swift
  /// let x = Tensor<Float>.uniform([2, 3], in: -1..<1, using: &random)
  /// ```
  public static func uniform(
    _ shape: Shape, in range: Range<Scalar> = 0..<1, using random: inout RandomStream
  ) -> Tensor {
    random.draw(shape.count) { key, counter in
      Tensor(shape: shape) {
        Scalar._randomUniform(
          key, counter, shape.count, range.lowerBound, range.upperBound, $0)
      }
    }
  }

  /// Numbers of the normal distribution.
  public static func normal(
    _ shape: Shape, mean: Scalar = 0, deviation: Scalar = 1, using random: inout RandomStream
  ) -> Tensor {
    random.draw(shape.count) { key, counter in
      Tensor(shape: shape) {
        Scalar._randomNormal(key, counter, shape.count, mean, deviation, $0)
      }
    }
  }

  /// Numbers of the normal distribution, drawn again where they lie more than `bound` deviations
  /// from the mean.
  ///
  /// - Precondition: `bound` is at least 0.5, so that few are drawn again.
  public static func truncatedNormal(
    _ shape: Shape, mean: Scalar = 0, deviation: Scalar = 1, bound: Scalar = 2,
    using random: inout RandomStream
  ) -> Tensor {
    precondition(bound >= 0.5, "truncatedNormal: a bound of \(bound) deviations")
    var numbers = normal(shape, using: &random)
    numbers.withMutableElements { numbers in
      var outside = numbers.indices.filter { Swift.abs(numbers[$0]) > bound }
      while !outside.isEmpty {
        let again = normal([outside.count], using: &random)
        again.withElements { again in
          for (place, number) in zip(outside, again) { numbers[place] = number }
        }
        outside = outside.filter { Swift.abs(numbers[$0]) > bound }
      }
    }
    numbers *= deviation
    numbers += mean
    return numbers
  }

  /// Waiting times of events that come at a rate.
  public static func exponential(
    _ shape: Shape, rate: Scalar = 1, using random: inout RandomStream
  ) -> Tensor {
    precondition(rate > 0, "exponential: a rate of \(rate)")
    return (-uniform(shape, using: &random)).log1p() / -rate
  }

  /// Numbers of the standard Gumbel distribution: `logits` + these are greatest at each position
  /// with the softmax's probability.
  public static func gumbel(_ shape: Shape, using random: inout RandomStream) -> Tensor {
    -(-uniform(shape, in: .leastNormalMagnitude..<1, using: &random).log()).log()
  }

  /// Numbers of the Laplace distribution: exponential on both sides of the mean.
  public static func laplace(
    _ shape: Shape, mean: Scalar = 0, scale: Scalar = 1, using random: inout RandomStream
  ) -> Tensor {
    let x = uniform(shape, in: Scalar(-1).nextUp..<1, using: &random)
    return x.sign() * (-x.abs()).log1p() * -scale + mean
  }

  // MARK: Drawn one by one

  /// Numbers of the gamma distribution with a shape parameter and a scale: mean `alpha * scale`,
  /// variance `alpha * scale²`.
  ///
  /// - Reference: Marsaglia, Tsang, A simple method for generating gamma variables, 2000.
  public static func gamma(
    _ shape: Shape, alpha: Double, scale: Double = 1, using random: inout RandomStream
  ) -> Tensor {
    drawn(shape, &random) { $0.gamma(alpha) * scale }
  }

  /// Numbers of the beta distribution on [0, 1]: mean `alpha / (alpha + beta)`.
  public static func beta(
    _ shape: Shape, alpha: Double, beta: Double, using random: inout RandomStream
  ) -> Tensor {
    drawn(shape, &random) {
      let (a, b) = ($0.gamma(alpha), $0.gamma(beta))
      return a + b > 0 ? a / (a + b) : ($0.unit() < alpha / (alpha + beta) ? 1 : 0)
    }
  }

  /// Numbers of Student's t distribution with `degrees` of freedom.
  public static func studentT(
    _ shape: Shape, degrees: Double, using random: inout RandomStream
  ) -> Tensor {
    drawn(shape, &random) { $0.normal() / .sqrt($0.gamma(degrees / 2) / (degrees / 2)) }
  }

  /// Rows of shares that add up to 1, of the Dirichlet distribution.
  ///
  /// ```swift
  /// Tensor<Float>.dirichlet([4], alpha: [1, 1, 2], using: &random)      // [4, 3]
  /// ```
  public static func dirichlet(
    _ shape: Shape, alpha: [Double], using random: inout RandomStream
  ) -> Tensor {
    precondition(!alpha.isEmpty, "dirichlet: no parameters")
    var shares: [Scalar] = []
    shares.reserveCapacity(shape.count * alpha.count)
    for _ in 0..<shape.count {
      // Logarithms, because tiny parameters give numbers below the least.
      let logs = alpha.map { random.logGamma($0) }
      let greatest = logs.max()!
      let parts = logs.map { Double.exp($0 - greatest) }
      let total = parts.reduce(0, +)
      shares += parts.map { Scalar($0 / total) }
    }
    return Tensor(shares, shape: Shape(shape.lengths + [alpha.count]))
  }

  private static func drawn(
    _ shape: Shape, _ random: inout RandomStream, _ number: (inout RandomStream) -> Double
  ) -> Tensor {
    Tensor(shape: shape) { out in
      for i in 0..<shape.count { out[i] = Scalar(number(&random)) }
    }
  }
}

extension Tensor where Scalar == Bool {
  /// True with a probability.
  public static func bernoulli(
    _ shape: Shape, probability: Double, using random: inout RandomStream
  ) -> Tensor {
    precondition(
      probability >= 0 && probability <= 1, "bernoulli: a probability of \(probability)")
    return Tensor<Double>.uniform(shape, using: &random) .< probability
  }
}

extension Tensor where Scalar == Int32 {
  /// Whole numbers spread evenly over a range.
  public static func integers(
    _ shape: Shape, in range: Range<Int32>, using random: inout RandomStream
  ) -> Tensor {
    precondition(!range.isEmpty, "integers: an empty range")
    return Tensor(shape: shape) { out in
      for i in 0..<shape.count { out[i] = Int32.random(in: range, using: &random) }
    }
  }

  /// The numbers from 0 up to `count` in random order.
  public static func permutation(_ count: Int, using random: inout RandomStream) -> Tensor {
    precondition(count >= 0 && count <= Int(Int32.max), "permutation: a count of \(count)")
    let bits = [UInt64](unsafeUninitializedCapacity: count) { bits, filled in
      filled = count
      guard let start = bits.baseAddress else { return }
      random.draw(count) { ek_random_bits($0, $1, count, start) }
    }
    var numbers = arange(count)
    numbers.withMutableElements { numbers in
      for i in stride(from: count - 1, to: 0, by: -1) {
        // The upper word of a product is a number up to i; 2^-33 is the most it favours any.
        numbers.swapAt(i, Int(bits[i].multipliedFullWidth(by: UInt64(i + 1)).high))
      }
    }
    return numbers
  }

  /// One class a row, with the softmax of the row's logits as probabilities.
  ///
  /// ```swift
  /// Tensor.categorical(logits: logits, using: &random)      // logits: [8, 10]  ->  [8]
  /// ```
  public static func categorical<S: FloatScalar>(
    logits: Tensor<S>, using random: inout RandomStream
  ) -> Tensor {
    let logits = logits.stoppingGradient
    return (logits + .gumbel(logits.shape, using: &random)).argmax()
  }

  /// Numbers of events that come at a rate, in one unit of time.
  ///
  /// - Reference: Hörmann, The transformed rejection method for generating Poisson random
  ///   variables, 1993.
  public static func poisson(
    _ shape: Shape, rate: Double, using random: inout RandomStream
  ) -> Tensor {
    precondition(rate >= 0 && rate <= 1e9, "poisson: a rate of \(rate)")
    return Tensor(shape: shape) { out in
      for i in 0..<shape.count { out[i] = Int32(clamping: random.poisson(rate)) }
    }
  }
}
