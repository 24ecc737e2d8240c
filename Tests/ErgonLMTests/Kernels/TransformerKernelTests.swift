import CErgonKernels
import Testing

@Suite struct TransformerKernelTests {
  @Test(arguments: [1, 3, 16, 33, 64, 100, 2560])
  func `a norm divides by the root of the mean square`(columns: Int) {
    var numbers = TernarySamples(columns)
    let x = numbers.numbers(5 * (columns + 2)), weight = numbers.numbers(columns)
    DenseMachine.onEach { isa in
      var y = [Float](repeating: .nan, count: 5 * columns)
      ek_rms_norm_rows(5, columns, 1e-5, x, columns + 2, weight, &y, columns)
      for t in 0..<5 {
        let row = x[t * (columns + 2)..<t * (columns + 2) + columns].map(Double.init)
        let mean = row.reduce(0) { $0 + $1 * $1 } / Double(columns)
        let root = (mean + Double(Float(1e-5))).squareRoot()
        let right = (0..<columns).allSatisfy { i in
          let expected = row[i] / root * Double(weight[i])
          return abs(Double(y[t * columns + i]) - expected) <= 1e-6 * abs(expected)
        }
        #expect(right, "\(isa), row \(t)")
      }
      // In place, and alone.
      var same = Array(x[..<columns])
      let alone = same
      same.withUnsafeMutableBufferPointer { row in
        let row = row.baseAddress!
        ek_rms_norm_rows(1, columns, 1e-5, row, columns, weight, row, columns)
      }
      #expect(same.map(\.bitPattern) == y[..<columns].map(\.bitPattern), "\(isa)")
      #expect(alone != same)
    }
  }

  @Test(arguments: [
    EK_NO_ACTIVATION, EK_ACTIVATE_RELU, EK_ACTIVATE_SQUARED_RELU, EK_ACTIVATE_SILU,
    EK_ACTIVATE_GELU, EK_ACTIVATE_GELU_TANH,
  ])
  func `gates are activations times the other side`(activation: ek_activation) {
    for count in [0, 1, 15, 33, 40_000] {
      var numbers = TernarySamples(3)
      let gate = numbers.numbers(count).map { 8 * $0 }, up = numbers.numbers(count)
      var expected = [Float](repeating: 0, count: count)
      _ = ek_use_isa_here(EK_ISA_SCALAR)
      ek_gate_rows(activation, count, gate, up, &expected)
      ek_follow_isa()
      DenseMachine.onEach { isa in
        TernaryMachine.onThreads { threads in
          var y = gate
          y.withUnsafeMutableBufferPointer {
            ek_gate_rows(activation, count, $0.baseAddress!, up, $0.baseAddress!)
          }
          let right = zip(y, expected).allSatisfy { isClose($0, $1, 2e-5) }
          #expect(right, "\(isa), \(count), \(threads) threads")
        }
      }
    }
    guard activation == EK_ACTIVATE_SILU else { return }
    var y: [Float] = [0, 0]
    ek_gate_rows(activation, 2, [1, -2], [3, 4], &y)
    #expect(abs(y[0] - 2.193_175_7) < 1e-6 && abs(y[1] + 0.953_623_4) < 1e-6)
  }
}
