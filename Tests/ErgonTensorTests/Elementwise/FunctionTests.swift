import ErgonTensor
import RealModule
import Testing

@Suite("Functions of one variable")
struct FunctionTests {
  struct Function: Sendable, CustomTestStringConvertible {
    let name: String
    let range: ClosedRange<Double>
    let value: @Sendable (Double) -> Double
    let double: @Sendable (Tensor<Double>) -> Tensor<Double>
    let single: @Sendable (Tensor<Float>) -> Tensor<Float>
    var testDescription: String { name }
  }

  static func sigmoid(_ x: Double) -> Double { 1 / (1 + .exp(-x)) }

  static let functions: [Function] = [
    .init(
      name: "abs", range: 0.1...2, value: { abs($0) }, double: { $0.abs() }, single: { $0.abs() }),
    .init(
      name: "-abs", range: -2...(-0.1), value: { abs($0) }, double: { $0.abs() },
      single: { $0.abs() }),
    .init(
      name: "squared", range: -2...2, value: { $0 * $0 }, double: { $0.squared() },
      single: { $0.squared() }),
    .init(
      name: "sqrt", range: 0.2...3, value: { $0.squareRoot() }, double: { $0.sqrt() },
      single: { $0.sqrt() }),
    .init(
      name: "rsqrt", range: 0.2...3, value: { 1 / $0.squareRoot() }, double: { $0.rsqrt() },
      single: { $0.rsqrt() }),
    .init(
      name: "reciprocal", range: 0.5...3, value: { 1 / $0 }, double: { $0.reciprocal() },
      single: { $0.reciprocal() }),
    .init(
      name: "exp", range: -2...2, value: { .exp($0) }, double: { $0.exp() }, single: { $0.exp() }),
    .init(
      name: "expm1", range: -2...2, value: { .expMinusOne($0) }, double: { $0.expm1() },
      single: { $0.expm1() }),
    .init(
      name: "log", range: 0.2...3, value: { .log($0) }, double: { $0.log() }, single: { $0.log() }),
    .init(
      name: "log1p", range: -0.5...3, value: { .log(onePlus: $0) }, double: { $0.log1p() },
      single: { $0.log1p() }),
    .init(
      name: "sin", range: -3...3, value: { .sin($0) }, double: { $0.sin() }, single: { $0.sin() }),
    .init(
      name: "cos", range: -3...3, value: { .cos($0) }, double: { $0.cos() }, single: { $0.cos() }),
    .init(
      name: "tan", range: -1...1, value: { .tan($0) }, double: { $0.tan() }, single: { $0.tan() }),
    .init(
      name: "asin", range: -0.8...0.8, value: { .asin($0) }, double: { $0.asin() },
      single: { $0.asin() }),
    .init(
      name: "acos", range: -0.8...0.8, value: { .acos($0) }, double: { $0.acos() },
      single: { $0.acos() }),
    .init(
      name: "atan", range: -3...3, value: { .atan($0) }, double: { $0.atan() },
      single: { $0.atan() }),
    .init(
      name: "sinh", range: -2...2, value: { .sinh($0) }, double: { $0.sinh() },
      single: { $0.sinh() }),
    .init(
      name: "cosh", range: -2...2, value: { .cosh($0) }, double: { $0.cosh() },
      single: { $0.cosh() }),
    .init(
      name: "tanh", range: -2...2, value: { .tanh($0) }, double: { $0.tanh() },
      single: { $0.tanh() }),
    .init(
      name: "erf", range: -2...2, value: { .erf($0) }, double: { $0.erf() }, single: { $0.erf() }),
    .init(
      name: "sigmoid", range: -3...3, value: sigmoid, double: { $0.sigmoid() },
      single: { $0.sigmoid() }),
    .init(
      name: "softplus", range: -3...3, value: { .log(1 + .exp($0)) }, double: { $0.softplus() },
      single: { $0.softplus() }),
    .init(
      name: "logSigmoid", range: -3...3, value: { .log(sigmoid($0)) }, double: { $0.logSigmoid() },
      single: { $0.logSigmoid() }),
    .init(
      name: "relu", range: 0.1...2, value: { max($0, 0) }, double: { $0.relu() },
      single: { $0.relu() }),
    .init(
      name: "relu below", range: -2...(-0.1), value: { max($0, 0) }, double: { $0.relu() },
      single: { $0.relu() }),
    .init(
      name: "squaredReLU", range: 0.1...2, value: { max($0, 0) * max($0, 0) },
      double: { $0.squaredReLU() }, single: { $0.squaredReLU() }),
    .init(
      name: "silu", range: -3...3, value: { $0 * sigmoid($0) }, double: { $0.silu() },
      single: { $0.silu() }),
    .init(
      name: "gelu", range: -3...3, value: { 0.5 * $0 * (1 + .erf($0 / 2.0.squareRoot())) },
      double: { $0.gelu() }, single: { $0.gelu() }),
    .init(
      name: "geluTanh", range: -3...3,
      value: {
        0.5 * $0 * (1 + .tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0)))
      }, double: { $0.geluTanh() }, single: { $0.geluTanh() }),
    .init(
      name: "leakyReLU", range: -2...(-0.1), value: { 0.01 * $0 }, double: { $0.leakyReLU() },
      single: { $0.leakyReLU() }),
    .init(
      name: "elu", range: -2...(-0.1), value: { .expMinusOne($0) }, double: { $0.elu() },
      single: { $0.elu() }),
    .init(
      name: "pow 3", range: -2...2, value: { $0 * $0 * $0 }, double: { $0.pow(3) },
      single: { $0.pow(3) }),
    .init(
      name: "pow 0.5", range: 0.2...2, value: { $0.squareRoot() }, double: { $0.pow(0.5) },
      single: { $0.pow(0.5) }),
    .init(
      name: "clipped inside", range: -0.9...0.9, value: { $0 }, double: { $0.clipped(to: -1...1) },
      single: { $0.clipped(to: -1...1) }),
    .init(
      name: "clipped above", range: 1.1...2, value: { _ in 1 }, double: { $0.clipped(to: -1...1) },
      single: { $0.clipped(to: -1...1) }),
  ]

  @Test("values meet the scalar function, in both precisions", arguments: functions)
  func values(_ function: Function) {
    for count in [0, 1, 3, 17, 64] {
      let x = samples([count], in: function.range)
      let expected = x.values.map(function.value)
      for (y, e) in zip(function.double(x).values, expected) {
        #expect(abs(y - e) <= 1e-13 * max(1, abs(e)))
      }
      for (y, e) in zip(function.single(Tensor<Float>(x)).values, expected) {
        #expect(abs(Double(y) - e) <= 2e-6 * max(1, abs(e)))
      }
    }
  }

  @Test("gradients meet central differences, to second order", arguments: functions)
  func gradients(_ function: Function) {
    expectGradient(at: [samples([5], in: function.range)], order: 2) { function.double($0[0]) }
    // Through a view that is not contiguous.
    let strided = samples([4, 2], in: function.range)
    expectGradient(at: [strided], order: 2) { function.double($0[0].transposed()) }
  }

  @Test("steps have values and no gradient")
  func steps() {
    let x = Tensor<Double>([-1.5, -0.5, 0.5, 2.5])
    #expect(x.floor().values == [-2, -1, 0, 2])
    #expect(x.ceil().values == [-1, 0, 1, 3])
    #expect(x.rounded().values == [-2, 0, 0, 2])
    #expect(x.sign().values == [-1, -1, 1, 1])
    #expect(
      gradient(at: x) { ($0.floor() + $0.rounded() + $0.sign()).sum() }.values == [0, 0, 0, 0])
  }

  @Test("a straight-through step passes the gradient by")
  func straightThrough() {
    let x = Tensor<Double>([0.2, 0.7, -1.4])
    let (value, g) = valueAndGradient(at: x) {
      ($0.roundedStraightThrough() * Tensor([1, 2, 3])).sum()
    }
    #expect(value.scalar == 2 - 3)
    #expect(g.values == [1, 2, 3])
    #expect(x.straightThrough { $0.sign() * 0.5 }.values == [0.5, 0.5, -0.5])
  }

  @Test("a conversion carries the gradient between precisions")
  func conversion() {
    let x = Tensor<Float>([1, 2, 3])
    let g = gradient(at: x) { x in
      let y = Tensor<Double>(x)
      return Tensor<Float>((y * y * y).sum())
    }
    #expect(g.values == [3, 12, 27])
  }

  @Test("conversions truncate and saturate")
  func conversions() {
    #expect(Tensor<Int32>(Tensor<Float>([1.9, -1.9, 1e20, .nan])).values == [1, -1, .max, 0])
    #expect(Tensor<UInt8>(Tensor<Double>([1.9, -1, 300])).values == [1, 0, 255])
    #expect(Tensor<UInt8>(Tensor<Int32>([-4, 256, 17])).values == [0, 255, 17])
    #expect(Tensor<Double>(Tensor<UInt8>([0, 128, 255])).values == [0, 128, 255])
    #expect(Tensor<Int32>(Tensor<UInt8>([0, 128, 255])).values == [0, 128, 255])
    #expect(Tensor<Float>(Tensor([true, false])).values == [1, 0])
    #expect(
      Tensor<Float>(Tensor<UInt8>([0, 255]), subtracting: 127.5, scale: 2).values == [-255, 255])
    #expect(Tensor<Int32>(Tensor<Double>([3, 4]).reshaped(1, 2).transposed()).shape == [2, 1])
  }
}
