import CErgonKernels
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

private func sigmoid(_ x: Double) -> Double { x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x)) }
private func gelu(_ x: Double) -> Double {
  x < -40 ? 0 : 0.5 * x * erfc(-x * 0.5.squareRoot())
}
private func geluTanh(_ x: Double) -> Double {
  x * sigmoid(2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))
}

/// One function, the same from the double-precision library, and the largest error allowed in units
/// in the last place; `floor` is the size below which the error counts against the floor instead.
struct FunctionCase: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let op: ek_unary_op
  let units: Double
  var floor = 0.0
  let reference: @Sendable (Double) -> Double

  static let all = [
    FunctionCase(testDescription: "negate", op: EK_NEGATE, units: 0) { -$0 },
    FunctionCase(testDescription: "abs", op: EK_ABS, units: 0) { abs($0) },
    FunctionCase(testDescription: "sign", op: EK_SIGN, units: 0) { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 },
    FunctionCase(testDescription: "square", op: EK_SQUARE, units: 1) { $0 * $0 },
    FunctionCase(testDescription: "sqrt", op: EK_SQRT, units: 1) { $0.squareRoot() },
    FunctionCase(testDescription: "rsqrt", op: EK_RSQRT, units: 2) { 1 / $0.squareRoot() },
    FunctionCase(testDescription: "reciprocal", op: EK_RECIPROCAL, units: 1) { 1 / $0 },
    FunctionCase(testDescription: "exp", op: EK_EXP, units: 1) { exp($0) },
    FunctionCase(testDescription: "expm1", op: EK_EXPM1, units: 3) { expm1($0) },
    FunctionCase(testDescription: "log", op: EK_LOG, units: 1) { log($0) },
    FunctionCase(testDescription: "log1p", op: EK_LOG1P, units: 2) { log1p($0) },
    FunctionCase(testDescription: "sin", op: EK_SIN, units: 2) { sin($0) },
    FunctionCase(testDescription: "cos", op: EK_COS, units: 2) { cos($0) },
    FunctionCase(testDescription: "tan", op: EK_TAN, units: 2) { tan($0) },
    FunctionCase(testDescription: "asin", op: EK_ASIN, units: 2) { asin($0) },
    FunctionCase(testDescription: "acos", op: EK_ACOS, units: 2) { acos($0) },
    FunctionCase(testDescription: "atan", op: EK_ATAN, units: 2) { atan($0) },
    FunctionCase(testDescription: "sinh", op: EK_SINH, units: 3) { sinh($0) },
    FunctionCase(testDescription: "cosh", op: EK_COSH, units: 3) { cosh($0) },
    FunctionCase(testDescription: "tanh", op: EK_TANH, units: 3) { tanh($0) },
    FunctionCase(testDescription: "erf", op: EK_ERF, units: 3) { erf($0) },
    FunctionCase(testDescription: "sigmoid", op: EK_SIGMOID, units: 3) { sigmoid($0) },
    FunctionCase(testDescription: "softplus", op: EK_SOFTPLUS, units: 3) {
      max($0, 0) + log1p(exp(-abs($0))) + ($0.isNaN ? .nan : 0)
    },
    FunctionCase(testDescription: "relu", op: EK_RELU, units: 0) { $0 < 0 ? 0 : $0 },
    FunctionCase(testDescription: "squared relu", op: EK_SQUARED_RELU, units: 1) {
      $0 < 0 ? 0 : $0 * $0
    },
    // Products with a function that vanishes lose relative accuracy far to the left alone.
    FunctionCase(testDescription: "silu", op: EK_SILU, units: 4, floor: 1e-30) { $0 * sigmoid($0) },
    FunctionCase(testDescription: "gelu", op: EK_GELU, units: 16, floor: 1e-3) { gelu($0) },
    FunctionCase(testDescription: "gelu tanh", op: EK_GELU_TANH, units: 16, floor: 1e-3) {
      geluTanh($0)
    },
    FunctionCase(testDescription: "floor", op: EK_FLOOR, units: 0) { $0.rounded(.down) },
    FunctionCase(testDescription: "ceil", op: EK_CEIL, units: 0) { $0.rounded(.up) },
    FunctionCase(testDescription: "round", op: EK_ROUND, units: 0) {
      $0.rounded(.toNearestOrEven)
    },
    FunctionCase(testDescription: "copy", op: EK_COPY, units: 0) { $0 },
  ]

  func error<T: BinaryFloatingPoint>(_ got: T, _ wanted: Double) -> Double {
    guard abs(wanted) < floor else { return unitsApart(got, wanted) }
    return abs(Double(got) - wanted) / Double(T(floor).ulp)
  }
}

@Suite("Functions of one variable")
struct ElementwiseFunctionTests {
  @Test("agree with the library over every binade of floats", arguments: FunctionCase.all)
  func floats(function: FunctionCase) {
    // Every bit pattern a step apart, so all exponents, both signs, subnormals, infinities and NaN.
    let x =
      stride(from: UInt64(0), to: 1 << 32, by: 1_000_003).map { Float(bitPattern: UInt32($0)) }
      + KernelSamples.special() + KernelSamples.numbers(4_099, range: 12)
    let wanted = x.map { function.reference(Double($0)) }
    KernelMachine.onEach { isa, _ in
      let got = written(x.count, fill: 7) { ek_unary_flat_f32(function.op, x.count, x, $0) }
      guard let got else { Issue.record("wrote outside"); return }
      var worst = 0.0
      var at = 0
      for i in x.indices {
        let error = function.error(got[i], wanted[i])
        if !(error <= worst) { (worst, at) = (error, i) }
      }
      #expect(worst <= function.units, "\(isa): \(x[at]) gives \(got[at]), not \(wanted[at])")
    }
  }

  @Test("agree with the library in double precision", arguments: FunctionCase.all)
  func doubles(function: FunctionCase) {
    let x: [Double] = KernelSamples.special() + KernelSamples.numbers(519, range: 12)
    let wanted = x.map(function.reference)
    KernelMachine.onEach { isa, _ in
      let got = written(x.count, fill: 7) { ek_unary_flat_f64(function.op, x.count, x, $0) }
      guard let got else { Issue.record("wrote outside"); return }
      let wrong = x.indices.first { function.error(got[$0], wanted[$0]) > 8 * function.units }
      #expect(wrong == nil, "\(isa): \(x[wrong ?? 0]) gives \(got[wrong ?? 0])")
    }
  }

  @Test("give the same for every length and place, also in place", arguments: FunctionCase.all)
  func lengths(function: FunctionCase) {
    let x: [Float] = KernelSamples.numbers(1_100)
    KernelMachine.onEach { isa, _ in
      var whole = [Float](repeating: 0, count: x.count)
      ek_unary_flat_f32(function.op, x.count, x, &whole)
      for length in KernelSamples.lengths {
        let got = written(length, fill: Float(7)) { y in
          y.update(from: Array(x[3..<(3 + length)]), count: length)
          ek_unary_flat_f32(function.op, length, y, y)
        }
        #expect(
          got.map { sameBits($0, Array(whole[3..<(3 + length)])) } == true, "\(isa) \(length)")
      }
    }
  }

  @Test("have gradients that are their slopes", arguments: FunctionCase.all)
  func gradients(function: FunctionCase) {
    // Away from kinks and poles, inside (0, 1) where all are defined.
    let x: [Double] = KernelSamples.numbers(67, range: 0.4).map { $0 + 0.5 }
    let g: [Double] = KernelSamples.numbers(67, seed: 2)
    let step = 1e-6
    let y = x.map(function.reference)
    let slope = x.map { x in
      (function.reference(x + step) - function.reference(x - step)) / (2 * step)
    }
    let smooth = ![EK_FLOOR, EK_CEIL, EK_ROUND].contains { $0 == function.op }
    let wanted = zip(g, slope).map { smooth ? $0 * $1 : 0 }
    KernelMachine.onEach { isa, _ in
      var got = [Double](repeating: 7, count: x.count)
      ek_unary_gradient_f64(function.op, x.count, x, y, g, &got)
      #expect(firstDifference(got, wanted, tolerance: 1e-7) == nil, "\(isa)")
      let (x32, y32, g32) = (x.map(Float.init), y.map(Float.init), g.map(Float.init))
      var got32 = [Float](repeating: 7, count: x.count)
      ek_unary_gradient_f32(function.op, x.count, x32, y32, g32, &got32)
      #expect(firstDifference(got32, wanted, tolerance: 2e-5) == nil, "\(isa)")
    }
  }

  @Test("have gradients on the left of zero too, and none at infinity that is not a number")
  func gradientsOfActivations() {
    let x: [Float] = KernelSamples.numbers(133, range: 20) + [-.greatestFiniteMagnitude, -200, 200]
    let ops = [
      EK_TANH, EK_SIGMOID, EK_SOFTPLUS, EK_RELU, EK_SQUARED_RELU, EK_SILU, EK_GELU,
      EK_GELU_TANH, EK_ERF, EK_ABS, EK_EXP, EK_SIN, EK_COS,
    ]
    let ones = [Float](repeating: 1, count: x.count)
    for op in ops {
      let function = FunctionCase.all.first { $0.op == op }!
      let wanted = x.map { x in
        let step = 1e-5
        let x = Double(x)
        if abs(x) > 1e30 { return 0.0 }
        return (function.reference(x + step) - function.reference(x - step)) / (2 * step)
      }
      let count = op == EK_EXP || op == EK_SQUARED_RELU || op == EK_ABS ? x.count - 3 : x.count
      let (sines, end) = (op == EK_SIN || op == EK_COS, x.count - 3)
      let used = sines ? end : count
      KernelMachine.onEach { isa, _ in
        var (y, got) = (x, x)
        ek_unary_flat_f32(op, x.count, x, &y)
        ek_unary_gradient_f32(op, x.count, x, y, ones, &got)
        let difference = firstDifference(
          Array(got[..<used]), Array(wanted[..<used]), tolerance: 1e-4)
        #expect(difference == nil, "\(isa) \(function.testDescription) \(difference ?? "")")
      }
    }
  }
}
