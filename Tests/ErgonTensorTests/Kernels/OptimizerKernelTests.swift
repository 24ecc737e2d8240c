import CErgonKernels
import Testing

@Suite("Optimiser kernels")
struct OptimizerKernelTests {
  static let lengths = [0, 1, 7, 16, 33, 1_029, 150_001]

  @Test(
    "SGD steps as its equations say",
    arguments: [(0, false), (0.9, false), (0.9, true)] as [(Double, Bool)])
  func sgd(momentum: Double, nesterov: Bool) {
    for length in Self.lengths {
      let g: [Double] = KernelSamples.numbers(length)
      let v: [Double] = KernelSamples.numbers(length, seed: 2)
      let p: [Double] = KernelSamples.numbers(length, seed: 3)
      let (rate, decay) = (0.1, 0.01)
      var (wantedV, wantedP) = (v, p)
      for i in 0..<length {
        let d = g[i] + decay * p[i]
        if momentum != 0 { wantedV[i] = momentum * v[i] + d }
        let step = momentum == 0 ? d : nesterov ? d + momentum * wantedV[i] : wantedV[i]
        wantedP[i] -= rate * step
      }
      let g32 = g.map { Float($0) }
      KernelMachine.onEach { isa, _ in
        var (gotV, gotP) = (v.map { Float($0) }, p.map { Float($0) })
        ek_sgd_step_f32(
          length, Float(rate), Float(momentum), nesterov, Float(decay), g32, &gotV, &gotP)
        #expect(firstDifference(gotV, wantedV, tolerance: 1e-6) == nil, "\(isa) \(length)")
        #expect(firstDifference(gotP, wantedP, tolerance: 1e-6) == nil, "\(isa) \(length)")
        var (v64, p64) = (v, p)
        ek_sgd_step_f64(length, rate, momentum, nesterov, decay, g, &v64, &p64)
        #expect(firstDifference(v64, wantedV, tolerance: 1e-14) == nil, "\(isa) \(length)")
        #expect(firstDifference(p64, wantedP, tolerance: 1e-14) == nil, "\(isa) \(length)")
        guard momentum == 0 else { return }
        var alone = p
        ek_sgd_step_f64(length, rate, 0, false, decay, g, nil, &alone)
        #expect(alone == p64, "\(isa) \(length)")
      }
    }
  }

  @Test("Adam and AdamW step as their equations say", arguments: [false, true])
  func adam(decoupled: Bool) {
    let (rate, beta1, beta2, epsilon, decay) = (0.1, 0.9, 0.999, 1e-6, 0.05)
    let (correction1, correction2) = (1 - beta1 * beta1 * beta1, 1 - beta2 * beta2 * beta2)
    for length in Self.lengths {
      let g: [Double] = KernelSamples.numbers(length)
      let m: [Double] = KernelSamples.numbers(length, seed: 2)
      let v: [Double] = KernelSamples.numbers(length, seed: 3).map { $0 * $0 }
      let p: [Double] = KernelSamples.numbers(length, seed: 4)
      var (wantedM, wantedV, wantedP) = (m, v, p)
      for i in 0..<length {
        var start = p[i]
        if decoupled { start -= rate * decay * start }
        let d = decoupled ? g[i] : g[i] + decay * p[i]
        wantedM[i] = beta1 * m[i] + (1 - beta1) * d
        wantedV[i] = beta2 * v[i] + (1 - beta2) * d * d
        let size = (wantedV[i] / correction2).squareRoot() + epsilon
        wantedP[i] = start - rate * (wantedM[i] / correction1) / size
      }
      let g32 = g.map { Float($0) }
      KernelMachine.onEach { isa, _ in
        var (m64, v64, p64) = (m, v, p)
        ek_adam_step_f64(
          length, rate, beta1, beta2, epsilon, decay, decoupled, correction1, correction2, g,
          &m64, &v64, &p64)
        #expect(firstDifference(m64, wantedM, tolerance: 1e-13) == nil, "\(isa) \(length)")
        #expect(firstDifference(v64, wantedV, tolerance: 1e-13) == nil, "\(isa) \(length)")
        #expect(firstDifference(p64, wantedP, tolerance: 1e-11) == nil, "\(isa) \(length)")
        var (m32, v32) = (m.map { Float($0) }, v.map { Float($0) })
        var p32 = p.map { Float($0) }
        ek_adam_step_f32(
          length, Float(rate), Float(beta1), Float(beta2), Float(epsilon), Float(decay),
          decoupled, Float(correction1), Float(correction2), g32, &m32, &v32, &p32)
        #expect(firstDifference(m32, wantedM, tolerance: 1e-6) == nil, "\(isa) \(length)")
        #expect(firstDifference(v32, wantedV, tolerance: 1e-6) == nil, "\(isa) \(length)")
        #expect(firstDifference(p32, wantedP, tolerance: 1e-4) == nil, "\(isa) \(length)")
      }
    }
  }

  @Test("moving averages and scaled sums take their share")
  func averages() {
    for length in Self.lengths {
      let x: [Double] = KernelSamples.numbers(length)
      let y: [Double] = KernelSamples.numbers(length, seed: 2)
      let average = zip(x, y).map { 0.99 * $1 + 0.01 * $0 }
      let sum = zip(x, y).map { $1 - 0.5 * $0 }
      let x32 = x.map { Float($0) }
      KernelMachine.onEach { isa, _ in
        var (target, axpy) = (y, y.map { Float($0) })
        ek_average_step_f64(length, 0.99, x, &target)
        #expect(firstDifference(target, average, tolerance: 1e-14) == nil, "\(isa) \(length)")
        ek_axpy_f32(length, -0.5, x32, &axpy)
        #expect(firstDifference(axpy, sum, tolerance: 1e-6) == nil, "\(isa) \(length)")
      }
    }
  }
}
