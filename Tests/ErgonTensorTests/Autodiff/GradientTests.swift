import ErgonTensor
import Foundation
import RealModule
import Testing

@Suite("Gradients")
struct GradientTests {
  let x = Samples.double([3])

  @Test("of several arguments come in their order")
  func arity() {
    let (a, b, c) = (
      Samples.double([2]), Samples.double([2], seed: 1), Samples.double([2], seed: 2)
    )
    let two = valueAndGradient(at: a, b) { ($0 * $1).sum() }
    #expect(two.value.scalar == (a * b).sum().scalar)
    #expect(two.gradients.0.values == b.values && two.gradients.1.values == a.values)
    let three = gradient(at: a, b, c) { ($0 * $1 - $2).sum() }
    #expect(three.0.values == b.values && three.2.values == [-1, -1])
  }

  @Test("of an argument the function does not use are zero")
  func unused() {
    let (value, gradients) = valueAndGradient(at: [x, Tensor(repeating: 1, shape: [2, 2])]) {
      $0[0].sum()
    }
    #expect(abs(value.scalar - x.sum().scalar) < 1e-15)
    #expect(gradients[1].values == [0, 0, 0, 0])
  }

  @Test("add up where a value is used more than once, whatever shares their memory")
  func sharing() {
    let check = gradCheck(at: [x], secondOrder: true) { p in
      let y = p[0] + p[0]
      let z = y + y.stoppingGradient * 0
      return (y * z + y).squared() + z
    }
    #expect(check.passed, "\(check)")
  }

  @Test("stop where they are told to")
  func stopping() {
    let g = gradient(at: x) { ($0 * $0.stoppingGradient).sum() }
    #expect(g.values == x.values)
    let outside = gradient(at: x) { x in
      let constant = withoutRecording { x * 3 }
      #expect(!constant.isRecorded)
      return (x * constant).sum()
    }
    #expect(outside.values == (x * 3).values)
  }

  @Test("taken where nothing is recorded are constants of the scope around them")
  func paused() {
    let g = gradient(at: x) { x in
      let inner = withoutRecording { gradient(at: x) { ($0 * $0 * x).sum() } }  // 2 x²
      #expect(!inner.isRecorded)
      return (inner * x).sum()
    }
    for (a, b) in zip(g.values, (x.squared() * 2).values) { #expect(abs(a - b) < 1e-14) }
  }

  @Test("pass errors on and leave nothing recorded")
  func errors() {
    struct Stop: Error, Equatable {}
    #expect(throws: Stop()) {
      try valueAndGradient(at: x) { (_: Tensor<Double>) throws(Stop) -> Tensor<Double> in
        throw Stop()
      }
    }
    #expect(!(x * x).isRecorded)
    #expect(gradient(at: x) { ($0 * $0).sum() }.values == (x * 2).values)
  }

  @Test("of gradients nest to any depth")
  func nesting() {
    // The derivatives of x⁴ · y, one after the other
    let y = Tensor<Double>(3)
    func derivative(
      _ f: @escaping (Tensor<Double>) -> Tensor<Double>
    ) -> (Tensor<Double>) -> Tensor<Double> {
      { gradient(at: $0, f) }
    }
    let f = { (x: Tensor<Double>) in x * x * x * x * y }
    let x = Tensor<Double>(2)
    #expect(derivative(f)(x).scalar == 3 * 4 * 8)
    #expect(derivative(derivative(f))(x).scalar == 3 * 12 * 4)
    #expect(derivative(derivative(derivative(f)))(x).scalar == 3 * 24 * 2)
    #expect(derivative(derivative(derivative(derivative(f))))(x).scalar == 3 * 24)
  }

  @Test("inside a scope may use what the outer one watches")
  func mixed() {
    // d/dx of (d/dy of x² y³) at y = x: 6 x² y² by the inner function, its gradient 12 x y²
    let g = gradient(at: Tensor<Double>(2)) { x in
      gradient(at: Tensor<Double>(5)) { y in x * x * y * y * y }
    }
    #expect(g.scalar == 2 * 2 * 3 * 25)
    let through = gradient(at: Tensor<Double>(2)) { x in
      let z = x * x
      return gradient(at: z) { $0 * $0 * x }  // 2 z x = 2 x³
    }
    #expect(through.scalar == 6 * 4)
  }

  @Test("of a million steps need no stack and leave no memory", arguments: [true, false])
  func long(_ isTaken: Bool) {
    let result = gradient(at: Tensor<Double>(1)) { x in
      var y = x
      for _ in 0..<1_000_000 { y = y * 1.000001 }
      return isTaken ? y : x
    }
    let due = isTaken ? Double.exp(1_000_000 * .log(onePlus: 0.000001)) : 1
    #expect(abs(result.scalar - due) < 1e-9)
  }

  @Test("reach operations that other threads recorded")
  func threads() async {
    let x = x
    let watching = { @Sendable (x: Tensor<Double>) in x.squared() }
    let g = gradient(at: x) { x in
      let others = Pair()
      let thread = others.run { watching(x) }
      return (thread * x).sum()
    }
    for (a, b) in zip(g.values, x.squared().values) { #expect(abs(a - 3 * b) < 1e-12) }
  }

  @Test("refuse values that are not one number, and tensors of a scope that has ended")
  func messages() async {
    let shape = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = gradient(at: Tensor<Float>([1, 2])) { $0 * $0 }
    }
    #expect(text(shape).contains("the function's value has the shape [2], not one element"))
    let stale = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var leaked = Tensor<Float>([1, 2])
      for _ in 0..<2 {
        _ = gradient(at: Tensor<Float>([1, 2])) { x in
          let y = x * leaked
          leaked = y
          return y.sum()
        }
      }
    }
    #expect(text(stale).contains("recorded in another scope"))
  }

  func text(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }
}

/// A second thread, for the time of one call.
private final class Pair: @unchecked Sendable {
  // A condition of the C library, which the thread sanitizer knows.
  private let finished = NSCondition()
  private var result: Tensor<Double>?

  func run(_ body: @escaping @Sendable () -> Tensor<Double>) -> Tensor<Double> {
    Thread {
      let result = body()
      self.finished.withLock {
        self.result = result
        self.finished.signal()
      }
    }.start()
    return finished.withLock {
      while result == nil { finished.wait() }
      return result!
    }
  }
}
