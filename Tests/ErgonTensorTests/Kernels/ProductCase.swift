import CErgonKernels

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The element types products exist for, with their kernels.
protocol ProductScalar: BinaryFloatingPoint, Sendable {
  var asDouble: Double { get }
  static func product(_ p: ProductCase<Self>, _ inputs: ProductInputs<Self>, _ c: inout [Self])
}

struct ProductInputs<Scalar> {
  var a, b, c, bias: [Scalar]
}

/// One product, or some a step apart, to try against three loops in Double.
///
/// C starts as NaN where it must not be read, and lines may be longer than needed.
struct ProductCase<Scalar: ProductScalar>: CustomStringConvertible {
  var transposeA = false
  var transposeB = false
  var m: Int
  var n: Int
  var k: Int
  var alpha: Scalar = 1
  var beta: Scalar = 0
  var hasBias = false
  var activation = EK_NO_ACTIVATION
  var padding = 0
  var batch = 1
  var sharesB = false

  var description: String {
    "\(Scalar.self) \(batch) x [\(m), \(n), \(k)]\(transposeA ? " aT" : "")"
      + "\(transposeB ? " bT" : "") alpha \(alpha) beta \(beta)\(hasBias ? " bias" : "")"
      + " activation \(activation.rawValue) padding \(padding)"
  }

  var lda: Int { (transposeA ? m : k) + padding }
  var ldb: Int { (transposeB ? k : n) + padding }
  var ldc: Int { n + padding }
  var stepA: Int { (transposeA ? k : m) * lda }
  var stepB: Int { sharesB ? 0 : (transposeB ? n : k) * ldb }
  var stepC: Int { m * ldc }

  /// Numbers between -0.5 and 0.5 that depend on the sizes alone.
  func inputs() -> ProductInputs<Scalar> {
    var state = UInt64(m * 1009 + n * 31 + k + 1)
    func numbers(_ count: Int) -> [Scalar] {
      (0..<count + 1).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Scalar(Double(state >> 40) / Double(1 << 24) - 0.5)
      }
    }
    let c = beta == 0 ? [Scalar](repeating: .nan, count: batch * stepC) : numbers(batch * stepC)
    return ProductInputs(
      a: numbers(batch * stepA), b: numbers((sharesB ? 1 : batch) * (transposeB ? n : k) * ldb),
      c: c, bias: numbers(n))
  }

  /// C after the kernel has run.
  func run(_ inputs: ProductInputs<Scalar>) -> [Scalar] {
    var c = inputs.c
    Scalar.product(self, inputs, &c)
    return c
  }

  /// What each number of C should be and how far off it may be; nil where C has padding.
  func reference(_ inputs: ProductInputs<Scalar>) -> [(wanted: Double, slack: Double)?] {
    let a = inputs.a.map(\.asDouble)
    let b = inputs.b.map(\.asDouble)
    var result: [(wanted: Double, slack: Double)?] = []
    for item in 0..<batch {
      for i in 0..<m {
        for j in 0..<ldc {
          guard j < n else {
            result.append(nil)
            continue
          }
          var sum = 0.0
          var size = 1.0
          for l in 0..<k {
            let term =
              a[item * stepA + (transposeA ? l * lda + i : i * lda + l)]
              * b[item * stepB + (transposeB ? j * ldb + l : l * ldb + j)]
            sum += term
            size += abs(term)
          }
          sum *= alpha.asDouble
          if beta != 0 { sum += beta.asDouble * inputs.c[item * stepC + i * ldc + j].asDouble }
          if hasBias { sum += inputs.bias[j].asDouble }
          // Sums of k terms in any order; the activations' slopes are below 2 |sum| + 2.
          let slack = Scalar.ulpOfOne.asDouble * size * (4 + Double(k).squareRoot() / 4)
          result.append((activated(sum), slack * (2 + 2 * abs(sum))))
        }
      }
    }
    return result
  }

  /// Where `c` is not what it should be, in words; nil where all is well.
  func fault(
    in c: [Scalar], _ inputs: ProductInputs<Scalar>, _ reference: [(wanted: Double, slack: Double)?]
  ) -> String? {
    for (at, entry) in reference.enumerated() {
      guard let entry else {
        if c[at] == inputs.c[at] || (c[at].isNaN && inputs.c[at].isNaN) { continue }
        return "\(self): the padding at \(at) was written"
      }
      if abs(c[at].asDouble - entry.wanted) <= entry.slack { continue }
      return "\(self): element \(at) is \(c[at]), not \(entry.wanted)"
    }
    return nil
  }

  private func activated(_ x: Double) -> Double {
    switch activation {
    case EK_ACTIVATE_RELU: max(x, 0)
    case EK_ACTIVATE_SQUARED_RELU: max(x, 0) * max(x, 0)
    case EK_ACTIVATE_SIGMOID: 1 / (1 + exp(-x))
    case EK_ACTIVATE_TANH: tanh(x)
    case EK_ACTIVATE_SILU: x / (1 + exp(-x))
    case EK_ACTIVATE_GELU: 0.5 * x * (1 + erf(x / 2.0.squareRoot()))
    case EK_ACTIVATE_GELU_TANH:
      0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    default: x
    }
  }
}

extension Float: ProductScalar {
  var asDouble: Double { Double(self) }

  static func product(_ p: ProductCase<Float>, _ inputs: ProductInputs<Float>, _ c: inout [Float]) {
    if p.batch == 1 {
      inputs.bias.withUnsafeBufferPointer { bias in
        ek_gemm_f32(
          p.transposeA, p.transposeB, p.m, p.n, p.k, p.alpha, inputs.a, p.lda, inputs.b, p.ldb,
          p.beta, &c, p.ldc, p.hasBias ? bias.baseAddress : nil, p.activation)
      }
    } else {
      ek_gemm_batched_f32(
        p.batch, p.transposeA, p.transposeB, p.m, p.n, p.k, p.alpha, inputs.a, p.lda, p.stepA,
        inputs.b, p.ldb, p.stepB, p.beta, &c, p.ldc, p.stepC)
    }
  }
}

extension Double: ProductScalar {
  var asDouble: Double { self }

  static func product(
    _ p: ProductCase<Double>, _ inputs: ProductInputs<Double>, _ c: inout [Double]
  ) {
    if p.batch == 1 {
      inputs.bias.withUnsafeBufferPointer { bias in
        ek_gemm_f64(
          p.transposeA, p.transposeB, p.m, p.n, p.k, p.alpha, inputs.a, p.lda, inputs.b, p.ldb,
          p.beta, &c, p.ldc, p.hasBias ? bias.baseAddress : nil, p.activation)
      }
    } else {
      ek_gemm_batched_f64(
        p.batch, p.transposeA, p.transposeB, p.m, p.n, p.k, p.alpha, inputs.a, p.lda, p.stepA,
        inputs.b, p.ldb, p.stepB, p.beta, &c, p.ldc, p.stepC)
    }
  }
}
