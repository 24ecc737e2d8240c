import CErgonKernels
import Testing

@Suite struct DenseProductTests {
  /// Errors beyond what the order of additions in single precision explains, on each instruction set.
  private func failures(
    _ matrix: DenseCase, tokens: Int
  ) -> [String] {
    var numbers = TernarySamples(tokens)
    let x = numbers.numbers(tokens * matrix.columns)
    let (sums, sizes) = matrix.expected(x, tokens: tokens)
    var failures: [String] = []
    DenseMachine.onEach(dots: DenseCase.isQuantized(matrix.format)) { isa in
      let y = matrix.product(x, tokens: tokens)
      for i in 0..<y.count where !(abs(Double(y[i]) - sums[i]) <= 1e-6 * sizes[i] + 1e-30) {
        failures.append("\(isa), [\(tokens)] row \(i): \(y[i]) for \(sums[i])")
      }
    }
    return failures
  }

  @Test(arguments: DenseCase.formats)
  func `products agree with double precision on every instruction set`(
    format: ek_weight_format
  ) {
    for columns in DenseCase.widths(format) {
      for (rows, tokens) in [(1, 1), (7, 2), (33, 1), (16, 3), (41, 5), (35, 17)] {
        let matrix = DenseCase(format, rows: rows, columns: columns)
        #expect(failures(matrix, tokens: tokens) == [], "\(rows) x \(columns)")
      }
    }
  }

  @Test(arguments: DenseCase.formats)
  func `a token's bits do not depend on the batch or the threads`(format: ek_weight_format) {
    let columns = DenseCase.isQuantized(format) ? 768 : 1057
    let matrix = DenseCase(format, rows: 75, columns: columns)
    var numbers = TernarySamples(5)
    let x = numbers.numbers(130 * columns)
    DenseMachine.onEach(dots: DenseCase.isQuantized(format)) { isa in
      let single = (0..<17).flatMap { t in
        matrix.product(Array(x[t * columns..<(t + 1) * columns]), tokens: 1)
      }
      TernaryMachine.onThreads { threads in
        for tokens in Array(1...17) + [97, 130] {
          let y = matrix.product(Array(x[..<(tokens * columns)]), tokens: tokens)
          let same = min(tokens, 17) * matrix.rows
          #expect(
            y[..<same].map(\.bitPattern) == single[..<same].map(\.bitPattern),
            "\(isa), \(tokens) tokens, \(threads) threads")
        }
      }
    }
  }

  @Test(arguments: DenseCase.formats.filter(DenseCase.isQuantized))
  func `quantised products have the same bits on every instruction set`(
    format: ek_weight_format
  ) {
    let matrix = DenseCase(format, rows: 45, columns: 768)
    var numbers = TernarySamples(11)
    let x = numbers.numbers(9 * 768)
    var results: [[UInt32]] = []
    DenseMachine.onEach(dots: true) { _ in
      for tokens in [1, 9] {
        results.append(
          matrix.product(Array(x[..<(tokens * 768)]), tokens: tokens)[..<45].map(\.bitPattern))
      }
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test func `the largest codes neither saturate nor overflow`() {
    for format in DenseCase.formats where DenseCase.isQuantized(format) {
      var matrix = DenseCase(format, rows: 19, columns: 256)
      let block = DenseCase.block(format)
      for extreme: UInt8 in [0xFF, 0x80, 0x7F, 0x00] {
        matrix.weights = []
        for i in 0..<(19 * 256 / block.columns) {
          let start = 2 + i * block.bytes
          let kept =
            format == EK_WEIGHTS_Q6_K ? 0..<208 : (format == EK_WEIGHTS_Q4_K ? 4 : 2)..<block.bytes
          for j in kept { matrix.storage[start + j] = extreme }
          matrix.weights += DenseCase.decode(
            format, Array(matrix.storage[start..<start + block.bytes]))
        }
        for sign: Float in [1, -1] {
          let x = (0..<512).map { $0 % 2 == 0 || extreme == 0xFF ? sign : -sign }
          let (sums, sizes) = matrix.expected(x, tokens: 2)
          DenseMachine.onEach(dots: true) { isa in
            let y = matrix.product(x, tokens: 2)
            let right = (0..<38).allSatisfy {
              abs(Double(y[$0]) - sums[$0]) <= 1e-6 * sizes[$0] + 1e-30
            }
            #expect(right, "format \(format.rawValue), byte \(extreme), \(isa)")
          }
        }
      }
    }
  }

  @Test func `a bias and what was there before are added`() {
    for format in [EK_WEIGHTS_F16, EK_WEIGHTS_Q8_0] {
      let matrix = DenseCase(format, rows: 37, columns: 64)
      var numbers = TernarySamples(3)
      let x = numbers.numbers(3 * 64), bias = numbers.numbers(37), before = numbers.numbers(3 * 37)
      DenseMachine.onEach { isa in
        let plain = matrix.product(x, tokens: 3)
        let y = matrix.product(x, tokens: 3, bias: bias, addedTo: before)
        let right = (0..<y.count).allSatisfy { i in
          let biased: Float = plain[i] + bias[i % 37]
          return y[i] == biased + before[i]
        }
        #expect(right, "\(isa)")
      }
    }
  }

  @Test(arguments: DenseCase.formats)
  func `rows picked by index have the bits of the whole product`(format: ek_weight_format) {
    let columns = DenseCase.widths(format).last!
    let matrix = DenseCase(format, rows: 70, columns: columns)
    let bias = (0..<70).map { Float($0) / 7 }
    let index: [Int32] = (0..<43).map { $0 * 37 % 70 }
    var numbers = TernarySamples(7)
    let x = numbers.numbers(4 * columns)
    DenseMachine.onEach { isa in
      for tokens in [1, 4] {
        let whole = matrix.product(Array(x[..<(tokens * columns)]), tokens: tokens, bias: bias)
        var y = [Float](repeating: .nan, count: tokens * 43)
        matrix.withMatrix(bias: bias) {
          withUnsafePointer(to: $0) {
            ek_dense_rows($0, 43, index, tokens, x, columns, &y, 43)
          }
        }
        let right = (0..<y.count).allSatisfy {
          y[$0].bitPattern == whole[$0 / 43 * 70 + Int(index[$0 % 43])].bitPattern
        }
        #expect(right, "\(isa), \(tokens) tokens")
      }
    }
  }

  @Test(arguments: [EK_ACTIVATE_SILU, EK_ACTIVATE_SQUARED_RELU, EK_ACTIVATE_GELU_TANH])
  func `a gated product is the gate of two products`(activation: ek_activation) {
    for (first, second) in [(EK_WEIGHTS_F16, EK_WEIGHTS_F16), (EK_WEIGHTS_Q4_K, EK_WEIGHTS_Q6_K)] {
      let gate = DenseCase(first, rows: 67, columns: 256)
      let up = DenseCase(second, rows: 67, columns: 256, seed: 2)
      var numbers = TernarySamples(9)
      let x = numbers.numbers(5 * 256)
      DenseMachine.onEach { isa in
        var expected = [Float](repeating: 0, count: 5 * 67)
        ek_gate_rows(
          activation, 5 * 67, gate.product(x, tokens: 5), up.product(x, tokens: 5), &expected)
        var y = [Float](repeating: .nan, count: 5 * 67)
        gate.withMatrix { gate in
          up.withMatrix { up in
            withUnsafePointer(to: gate) { gate in
              withUnsafePointer(to: up) { up in
                ek_dense_gated(gate, up, activation, 5, x, 256, &y, 67)
              }
            }
          }
        }
        let right = (0..<y.count).allSatisfy {
          isClose(y[$0], expected[$0], 2e-6)
        }
        #expect(right, "\(isa)")
      }
    }
  }

  @Test func `several matrices at once give what each gives alone`() {
    let matrices = [
      DenseCase(EK_WEIGHTS_Q4_0, rows: 40, columns: 96),
      DenseCase(EK_WEIGHTS_F16, rows: 9, columns: 96, seed: 2),
      DenseCase(EK_WEIGHTS_Q8_0, rows: 65, columns: 96, seed: 3),
    ]
    var numbers = TernarySamples(13)
    let x = numbers.numbers(3 * 96)
    DenseMachine.onEach { isa in
      var y = [Float](repeating: .nan, count: 3 * (40 + 9 + 65))
      matrices[0].withMatrix { a in
        matrices[1].withMatrix { b in
          matrices[2].withMatrix { c in
            y.withUnsafeMutableBufferPointer {
              let y = $0.baseAddress!
              ek_dense_linear(3, [a, b, c], 3, x, 96, false, [y, y + 120, y + 147], [40, 9, 65])
            }
          }
        }
      }
      #expect(y == matrices.flatMap { $0.product(x, tokens: 3) }, "\(isa)")
    }
  }

  @Test(arguments: DenseCase.formats)
  func `rows decode by the published layouts`(format: ek_weight_format) {
    let columns = DenseCase.widths(format).last!
    let matrix = DenseCase(format, rows: 2, columns: columns)
    var y = [Float](repeating: .nan, count: columns)
    matrix.withMatrix {
      ek_dense_decode(format, columns, $0.weights + matrix.rowBytes, &y)
    }
    let expected = matrix.weights[columns...]
    let right: Bool = zip(y, expected).allSatisfy { abs(Double($0) - $1) <= 1e-6 }
    #expect(right)
    // A row's beginning, not a multiple of a block.
    var part = [Float](repeating: .nan, count: 34)
    matrix.withMatrix { ek_dense_decode(format, 33, $0.weights + matrix.rowBytes, &part) }
    #expect(part[..<33] == y[..<33] && part[33].isNaN)
  }

  @Test(arguments: DenseCase.formats)
  func `a number that is not finite shows in every row`(format: ek_weight_format) {
    let matrix = DenseCase(format, rows: 20, columns: 256)
    for bad: Float in [.nan, .infinity] {
      var numbers = TernarySamples(17)
      var x = numbers.numbers(2 * 256)
      x[200] = bad
      DenseMachine.onEach { isa in
        let y = matrix.product(x, tokens: 2)
        #expect(y[..<20].allSatisfy { !$0.isFinite }, "\(isa)")
        #expect(y[20...].allSatisfy { $0.isFinite }, "\(isa)")
      }
    }
  }

  @Test func `nothing is done for no rows or no tokens`() {
    let matrix = DenseCase(EK_WEIGHTS_Q8_0, rows: 3, columns: 32)
    #expect(matrix.product([], tokens: 0) == [])
    let none = DenseCase(EK_WEIGHTS_F32, rows: 0, columns: 32)
    #expect(none.product([Float](repeating: 1, count: 32), tokens: 1) == [])
  }
}
