import CErgonKernels
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Softmax and what follows from it, by their definitions in double precision.
enum SoftmaxReference {
  static func softmax(_ x: ArraySlice<Double>, scale: Double = 1) -> [Double] {
    let greatest = x.map { scale * $0 }.max() ?? 0
    let weights = x.map { exp(scale * $0 - greatest) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  static func logSumExp(_ x: ArraySlice<Double>) -> Double {
    let greatest = x.max() ?? -.infinity
    return greatest + log(x.map { exp($0 - greatest) }.reduce(0, +))
  }

  /// Applies `body` to every row and joins the results.
  static func rows(_ x: [Double], _ columns: Int, _ body: (ArraySlice<Double>) -> [Double])
    -> [Double]
  {
    stride(from: 0, to: x.count, by: max(1, columns)).flatMap { body(x[$0..<($0 + columns)]) }
  }
}

@Suite("Softmax and cross-entropy kernels")
struct RowsSoftmaxTests {
  static let shapes = [
    [0, 5], [1, 1], [3, 2], [2, 7], [4, 16], [3, 33], [2, 130], [900, 75],
  ]

  @Test("softmax agrees with its definition, with any scale", arguments: shapes)
  func softmax(shape: [Int]) {
    let (rows, columns) = (shape[0], shape[1])
    let x: [Double] = KernelSamples.numbers(rows * columns, range: 9)
    let x32 = x.map { Float($0) }
    for scale in [1, 0.25, -2] {
      let wanted = SoftmaxReference.rows(x, columns) {
        SoftmaxReference.softmax($0, scale: scale)
      }
      KernelMachine.onEach { isa, _ in
        var (y, y32) = (x, x32)
        ek_softmax_f64(rows, columns, scale, x, &y)
        ek_softmax_f32(rows, columns, Float(scale), x32, &y32)
        #expect(firstDifference(y, wanted, tolerance: 1e-13) == nil, "\(isa) \(scale)")
        #expect(firstDifference(y32, wanted, tolerance: 3e-6) == nil, "\(isa) \(scale)")
      }
    }
  }

  @Test("softmax bears huge numbers and minus infinity, and gives NaN where it must")
  func special() {
    let x: [Float] = [
      1e30, 1e30, -1e30, -.infinity, 3, -.infinity, -.infinity, -.infinity, .nan, 0, .infinity, 0,
    ]
    KernelMachine.onEach { isa, _ in
      var y = x
      ek_softmax_f32(4, 3, 1, x, &y)
      #expect(Array(y[0..<6]) == [0.5, 0.5, 0, 0, 1, 0], "\(isa)")
      #expect(y[6].isNaN && y[9].isNaN && y[11].isNaN, "\(isa)")
      var sums = [Float](repeating: 7, count: 4)
      ek_log_sum_exp_f32(4, 3, x, &sums)
      #expect(sums[0] == 1e30 && sums[1] == 3 && sums[2].isNaN && sums[3] == .infinity, "\(isa)")
      let alone: [Float] = [-.infinity, -.infinity]
      ek_log_sum_exp_f32(1, 2, alone, &sums)
      #expect(sums[0] == -.infinity, "\(isa)")
    }
  }

  @Test("causal softmax ends each row at its place and repeats with its period")
  func causal() {
    for (heads, period, columns, offset) in [
      (2, 5, 5, 0), (3, 4, 9, 5), (1, 40, 40, 0), (2, 90, 97, 3),
    ] {
      let rows = heads * period
      let x: [Double] = KernelSamples.numbers(rows * columns)
      var row = 0
      let wanted = SoftmaxReference.rows(x, columns) { line in
        let limit = min(columns, row % period + offset + 1)
        row += 1
        return SoftmaxReference.softmax(line.prefix(limit), scale: 0.5)
          + [Double](repeating: 0, count: columns - limit)
      }
      KernelMachine.onEach { isa, _ in
        var y = x.map { Float($0) }
        ek_softmax_causal_f32(rows, columns, period, offset, 0.5, x.map { Float($0) }, &y)
        #expect(firstDifference(y, wanted, tolerance: 1e-6) == nil, "\(isa) \(columns)")
      }
    }
  }

  @Test("gradients of softmax and its logarithm are those of the definitions", arguments: shapes)
  func gradients(shape: [Int]) {
    let (rows, columns) = (shape[0], shape[1])
    let x: [Double] = KernelSamples.numbers(rows * columns)
    let g: [Double] = KernelSamples.numbers(rows * columns, seed: 2)
    let y = SoftmaxReference.rows(x, columns) { SoftmaxReference.softmax($0, scale: 0.5) }
    let logs = SoftmaxReference.rows(x, columns) { row in
      let sum = SoftmaxReference.logSumExp(row)
      return row.map { $0 - sum }
    }
    let sums = SoftmaxReference.rows(x, columns) { [SoftmaxReference.logSumExp($0)] }
    var (wanted, wantedLog) = ([Double](), [Double]())
    for r in 0..<rows {
      let row = (r * columns)..<((r + 1) * columns)
      let dot = row.reduce(0) { $0 + g[$1] * y[$1] }
      let total = row.reduce(0) { $0 + g[$1] }
      wanted += row.map { 0.5 * y[$0] * (g[$0] - dot) }
      wantedLog += row.map { g[$0] - exp(logs[$0]) * total }
    }
    let (x32, g32, y32) = (x.map { Float($0) }, g.map { Float($0) }, y.map { Float($0) })
    KernelMachine.onEach { isa, _ in
      var dx = x32
      ek_softmax_gradient_f32(rows, columns, 0.5, y32, g32, &dx)
      #expect(firstDifference(dx, wanted, tolerance: 2e-6) == nil, "\(isa)")
      var log = x32
      ek_log_softmax_f32(rows, columns, x32, &log)
      #expect(firstDifference(log, logs, tolerance: 1e-6) == nil, "\(isa)")
      ek_log_softmax_gradient_f32(rows, columns, logs.map { Float($0) }, g32, &dx)
      #expect(firstDifference(dx, wantedLog, tolerance: 2e-5) == nil, "\(isa)")
      var sum = [Float](repeating: 7, count: rows)
      ek_log_sum_exp_f32(rows, columns, x32, &sum)
      #expect(firstDifference(sum, sums, tolerance: 1e-6) == nil, "\(isa)")
      var (dx64, log64) = (x, x)
      ek_softmax_gradient_f64(rows, columns, 0.5, y, g, &dx64)
      #expect(firstDifference(dx64, wanted, tolerance: 1e-13) == nil, "\(isa)")
      ek_log_softmax_f64(rows, columns, x, &log64)
      #expect(firstDifference(log64, logs, tolerance: 1e-13) == nil, "\(isa)")
    }
  }

  @Test("cross-entropy and its gradient are those of the smoothed target", arguments: shapes)
  func crossEntropy(shape: [Int]) {
    let (rows, columns) = (shape[0], shape[1])
    let x: [Double] = KernelSamples.numbers(rows * columns, range: 6)
    let x32 = x.map { Float($0) }
    let labels = (0..<rows).map { $0 % 5 == 3 ? Int32(-1) : Int32(($0 * 7) % columns) }
    for smoothing in [0, 0.1] {
      var (losses, gradient) = ([Double](), [Double]())
      for r in 0..<rows {
        let row = x[(r * columns)..<((r + 1) * columns)]
        let sum = SoftmaxReference.logSumExp(row)
        let known = labels[r] >= 0
        let target = (0..<columns).map {
          smoothing / Double(columns) + ($0 == labels[r] ? 1 - smoothing : 0)
        }
        losses.append(known ? zip(target, row).reduce(0) { $0 + $1.0 * (sum - $1.1) } : 0)
        gradient += zip(target, row).map { known ? exp($1 - sum) - $0 : 0 }
      }
      KernelMachine.onEach { isa, _ in
        var loss = [Float](repeating: 7, count: rows)
        var dx = [Float](repeating: 7, count: rows * columns)
        ek_cross_entropy_f32(rows, columns, x32, labels, Float(smoothing), &loss, &dx)
        #expect(firstDifference(loss, losses, tolerance: 2e-6) == nil, "\(isa) \(smoothing)")
        #expect(firstDifference(dx, gradient, tolerance: 2e-6) == nil, "\(isa) \(smoothing)")
        var alone = [Double](repeating: 7, count: rows)
        ek_cross_entropy_f64(rows, columns, x, labels, smoothing, &alone, nil)
        #expect(firstDifference(alone, losses, tolerance: 1e-12) == nil, "\(isa) \(smoothing)")
      }
    }
  }
}
