import CErgonKernels
import Testing

/// The norms by their definitions, and gradients by central differences of sum(g * y).
enum NormReference {
  /// Rows (or columns) of x shifted to mean 0 where `centred` and scaled to mean square 1.
  static func normalized(
    _ x: [Double], groups: [[Int]], epsilon: Double, centred: Bool
  ) -> [Double] {
    var y = x
    for group in groups {
      let mean = centred ? group.reduce(0) { $0 + x[$1] } / Double(group.count) : 0
      let square = group.reduce(0) { $0 + (x[$1] - mean) * (x[$1] - mean) }
      let scale = 1 / (square / Double(group.count) + epsilon).squareRoot()
      for i in group { y[i] = (x[i] - mean) * scale }
    }
    return y
  }

  static func rows(_ rows: Int, _ columns: Int) -> [[Int]] {
    (0..<rows).map { r in (0..<columns).map { r * columns + $0 } }
  }
  static func columns(_ rows: Int, _ columns: Int) -> [[Int]] {
    (0..<columns).map { c in (0..<rows).map { $0 * columns + c } }
  }

  /// The gradient of `loss` in x, element by element.
  static func gradient(_ x: [Double], _ loss: ([Double]) -> Double) -> [Double] {
    x.indices.map { i in
      var moved = x
      moved[i] = x[i] + 1e-5
      let above = loss(moved)
      moved[i] = x[i] - 1e-5
      return (above - loss(moved)) / 2e-5
    }
  }
}

@Suite("Norm kernels")
struct RowsNormTests {
  static let shapes = [[1, 1], [2, 3], [5, 8], [3, 17], [4, 33], [7, 5]]
  static let epsilon = 1e-3

  @Test(
    "layer and RMS norm agree with their definitions, and so do their gradients",
    arguments: shapes, [true, false])
  func rowNorms(shape: [Int], centred: Bool) {
    let (rows, columns) = (shape[0], shape[1])
    let count = rows * columns
    let x: [Double] = KernelSamples.numbers(count).map { $0 + 1 }
    let weight: [Double] = KernelSamples.numbers(columns, seed: 2)
    let bias: [Double] = KernelSamples.numbers(columns, seed: 3).map { centred ? $0 : 0 }
    let g: [Double] = KernelSamples.numbers(count, seed: 4)
    func norm(_ x: [Double], _ weight: [Double], _ bias: [Double]) -> [Double] {
      let n = NormReference.normalized(
        x, groups: NormReference.rows(rows, columns), epsilon: Self.epsilon, centred: centred)
      return n.indices.map { n[$0] * weight[$0 % columns] + bias[$0 % columns] }
    }
    func loss(_ y: [Double]) -> Double { zip(y, g).reduce(0) { $0 + $1.0 * $1.1 } }
    let y = norm(x, weight, bias)
    let dx = NormReference.gradient(x) { loss(norm($0, weight, bias)) }
    let dw = NormReference.gradient(weight) { loss(norm(x, $0, bias)) }
    let db = NormReference.gradient(bias) { loss(norm(x, weight, $0)) }
    let ones = [Double](repeating: 1, count: columns)
    let zeros = [Double](repeating: 0, count: columns)
    let plain = norm(x, ones, zeros)
    let plainDx = NormReference.gradient(x) { loss(norm($0, ones, zeros)) }
    KernelMachine.onEach { isa, _ in
      var (out, gotDx) = (x, x)
      var (mean, rstd) = ([Double](repeating: 7, count: rows), [Double](repeating: 7, count: rows))
      var (gotDw, gotDb) = (weight, bias)
      if centred {
        ek_layer_norm_f64(rows, columns, Self.epsilon, x, weight, bias, &out, &mean, &rstd)
        ek_layer_norm_gradient_f64(rows, columns, x, weight, mean, rstd, g, &gotDx, &gotDw, &gotDb)
      } else {
        ek_rms_norm_f64(rows, columns, Self.epsilon, x, weight, &out, &rstd)
        ek_rms_norm_gradient_f64(rows, columns, x, weight, rstd, g, &gotDx, &gotDw)
      }
      #expect(firstDifference(out, y, tolerance: 1e-12) == nil, "\(isa)")
      #expect(firstDifference(gotDx, dx, tolerance: 1e-6) == nil, "\(isa)")
      #expect(firstDifference(gotDw, dw, tolerance: 1e-6) == nil, "\(isa)")
      if centred { #expect(firstDifference(gotDb, db, tolerance: 1e-6) == nil, "\(isa)") }
      if centred {
        ek_layer_norm_f64(rows, columns, Self.epsilon, x, nil, nil, &out, &mean, &rstd)
        ek_layer_norm_gradient_f64(rows, columns, x, nil, mean, rstd, g, &gotDx, nil, nil)
      } else {
        ek_rms_norm_f64(rows, columns, Self.epsilon, x, nil, &out, &rstd)
        ek_rms_norm_gradient_f64(rows, columns, x, nil, rstd, g, &gotDx, nil)
      }
      #expect(firstDifference(out, plain, tolerance: 1e-12) == nil, "\(isa)")
      #expect(firstDifference(gotDx, plainDx, tolerance: 1e-6) == nil, "\(isa)")
    }
  }

  @Test(
    "batch norm agrees with its definition, and so does its gradient", arguments: shapes.dropFirst()
  )
  func batchNorm(shape: [Int]) {
    let (rows, columns) = (shape[0], shape[1])
    let count = rows * columns
    let x: [Double] = KernelSamples.numbers(count).map { $0 + 1 }
    let weight: [Double] = KernelSamples.numbers(columns, seed: 2)
    let bias: [Double] = KernelSamples.numbers(columns, seed: 3)
    let g: [Double] = KernelSamples.numbers(count, seed: 4)
    func norm(_ x: [Double], _ weight: [Double], _ bias: [Double]) -> [Double] {
      let n = NormReference.normalized(
        x, groups: NormReference.columns(rows, columns), epsilon: Self.epsilon, centred: true)
      return n.indices.map { n[$0] * weight[$0 % columns] + bias[$0 % columns] }
    }
    func loss(_ y: [Double]) -> Double { zip(y, g).reduce(0) { $0 + $1.0 * $1.1 } }
    let y = norm(x, weight, bias).map { max($0, 0) }
    let dx = NormReference.gradient(x) { loss(norm($0, weight, bias)) }
    let dw = NormReference.gradient(weight) { loss(norm(x, $0, bias)) }
    let db = NormReference.gradient(bias) { loss(norm(x, weight, $0)) }
    KernelMachine.onEach { isa, _ in
      var (mean, variance) = (weight, weight)
      ek_column_moments_f64(rows, columns, x, &mean, &variance)
      let rstd = variance.map { 1 / ($0 + Self.epsilon).squareRoot() }
      var (out, gotDx, gotDw, gotDb) = (x, x, weight, bias)
      ek_batch_norm_f64(
        rows, columns, x, mean, rstd, weight, bias, EK_ACTIVATE_RELU, &out)
      #expect(firstDifference(out, y, tolerance: 1e-12) == nil, "\(isa)")
      ek_batch_norm_gradient_f64(
        rows, columns, x, mean, rstd, weight, g, &gotDx, &gotDw, &gotDb)
      #expect(firstDifference(gotDx, dx, tolerance: 1e-6) == nil, "\(isa)")
      #expect(firstDifference(gotDw, dw, tolerance: 1e-6) == nil, "\(isa)")
      #expect(firstDifference(gotDb, db, tolerance: 1e-6) == nil, "\(isa)")
      ek_batch_norm_f64(rows, columns, x, mean, rstd, nil, nil, EK_NO_ACTIVATION, &out)
      let plain = norm(x, weight.map { _ in 1 }, weight.map { _ in 0 })
      #expect(firstDifference(out, plain, tolerance: 1e-12) == nil, "\(isa)")
    }
  }

  /// Outputs and gradients of all norms: first those of the size of x, then those of the columns.
  private static func everyNorm(
    _ rows: Int, _ columns: Int, _ x: [Double], _ g: [Double], _ weight: [Double]
  ) -> [[Double]] {
    var (y, dx, rms, rmsDx, batchDx) = (x, x, x, x, x)
    var (dw, db, rmsDw, batchDw, batchDb) = (weight, weight, weight, weight, weight)
    var (average, rstd) = ([Double](repeating: 0, count: rows), [Double](repeating: 0, count: rows))
    ek_layer_norm_f64(rows, columns, 1e-5, x, weight, weight, &y, &average, &rstd)
    ek_layer_norm_gradient_f64(rows, columns, x, weight, average, rstd, g, &dx, &dw, &db)
    ek_rms_norm_f64(rows, columns, 1e-5, x, weight, &rms, &rstd)
    ek_rms_norm_gradient_f64(rows, columns, x, weight, rstd, g, &rmsDx, &rmsDw)
    var (mean, variance) = (weight, weight)
    ek_column_moments_f64(rows, columns, x, &mean, &variance)
    let scale = variance.map { 1 / $0.squareRoot() }
    ek_batch_norm_gradient_f64(
      rows, columns, x, mean, scale, weight, g, &batchDx, &batchDw, &batchDb)
    return [y, dx, rms, rmsDx, batchDx, dw, db, rmsDw, batchDw, batchDb, mean, variance]
  }

  private static func everyNorm(
    _ rows: Int, _ columns: Int, _ x: [Float], _ g: [Float], _ weight: [Float]
  ) -> [[Float]] {
    var (y, dx, rms, rmsDx, batchDx) = (x, x, x, x, x)
    var (dw, db, rmsDw, batchDw, batchDb) = (weight, weight, weight, weight, weight)
    var (average, rstd) = ([Float](repeating: 0, count: rows), [Float](repeating: 0, count: rows))
    ek_layer_norm_f32(rows, columns, 1e-5, x, weight, weight, &y, &average, &rstd)
    ek_layer_norm_gradient_f32(rows, columns, x, weight, average, rstd, g, &dx, &dw, &db)
    ek_rms_norm_f32(rows, columns, 1e-5, x, weight, &rms, &rstd)
    ek_rms_norm_gradient_f32(rows, columns, x, weight, rstd, g, &rmsDx, &rmsDw)
    var (mean, variance) = (weight, weight)
    ek_column_moments_f32(rows, columns, x, &mean, &variance)
    let scale = variance.map { 1 / $0.squareRoot() }
    ek_batch_norm_gradient_f32(
      rows, columns, x, mean, scale, weight, g, &batchDx, &batchDw, &batchDb)
    return [y, dx, rms, rmsDx, batchDx, dw, db, rmsDw, batchDw, batchDb, mean, variance]
  }

  @Test(
    "large norms in single precision agree with double precision, the same on two threads",
    arguments: [[1_500, 48], [140, 1_030], [12_000, 3]])
  func large(shape: [Int]) {
    let (rows, columns) = (shape[0], shape[1])
    let count = rows * columns
    let x: [Float] = KernelSamples.numbers(count).map { $0 + 1 }
    let g: [Float] = KernelSamples.numbers(count, seed: 2)
    let weight: [Float] = KernelSamples.numbers(columns, seed: 3)
    let wanted = KernelMachine.onPlain {
      Self.everyNorm(
        rows, columns, x.map { Double($0) }, g.map { Double($0) }, weight.map { Double($0) })
    }
    var first: [ek_isa.RawValue: [[Float]]] = [:]
    KernelMachine.onEach { isa, _ in
      let got = Self.everyNorm(rows, columns, x, g, weight)
      for (i, (a, b)) in zip(got, wanted).enumerated() {
        // The sums of thousands of products, wide of zero only by chance, to their typical size.
        let tolerance = i >= 5 ? 1e-3 : columns == 3 ? 2e-2 : 1e-4
        let difference = firstDifference(a, b, tolerance: tolerance)
        #expect(difference == nil, "\(isa) \(i) \(difference ?? "")")
      }
      let same = zip(got, first[isa.rawValue, default: got]).allSatisfy { sameBits($0, $1) }
      #expect(same, "\(isa)")
      first[isa.rawValue] = got
    }
  }

  @Test("columns of one number have variance 0 exactly")
  func constantColumns() {
    let x = [Float](repeating: 0.1, count: 1_000 * 3)
    KernelMachine.onEach { isa, _ in
      var (mean, variance) = ([Float](repeating: 7, count: 3), [Float](repeating: 7, count: 3))
      ek_column_moments_f32(1_000, 3, x, &mean, &variance)
      #expect(variance.allSatisfy { $0 >= 0 && $0 < 1e-12 }, "\(isa)")
      #expect(firstDifference(mean, [0.1, 0.1, 0.1], tolerance: 1e-7) == nil, "\(isa)")
    }
  }

  @Test(
    "rotary embedding turns each pair by its position's angle, and back",
    arguments: [true, false])
  func rotary(interleaved: Bool) {
    let (rows, heads, dim, positions) = (5, 3, 10, [2, 0, 7, 7, 3] as [Int32])
    let half = dim / 2
    let angles: [Double] = KernelSamples.numbers(8 * half)
    let (cosine, sine) = (angles.map { 1 - $0 * $0 / 20 }, angles.map { $0 / 9 })
    let x: [Double] = KernelSamples.numbers(rows * heads * dim)
    var wanted = x
    for r in 0..<rows {
      for h in 0..<heads {
        for i in 0..<half {
          let base = (r * heads + h) * dim
          let (p, q) = interleaved ? (base + 2 * i, base + 2 * i + 1) : (base + i, base + half + i)
          let at = Int(positions[r]) * half + i
          wanted[p] = x[p] * cosine[at] - x[q] * sine[at]
          wanted[q] = x[p] * sine[at] + x[q] * cosine[at]
        }
      }
    }
    KernelMachine.onEach { isa, _ in
      var y = x
      y.withUnsafeMutableBufferPointer {
        ek_rotary_f64(
          rows, heads, dim, interleaved, false, positions, cosine, sine, $0.baseAddress!,
          $0.baseAddress!)
      }
      #expect(firstDifference(y, wanted, tolerance: 1e-14) == nil, "\(isa)")
      var back = y
      ek_rotary_f64(rows, heads, dim, interleaved, true, positions, cosine, sine, y, &back)
      // Turning there and back scales by cos^2 + sin^2.
      var scaled = x
      for i in x.indices {
        let (row, place) = (i / (heads * dim), i % dim)
        let at = Int(positions[row]) * half + (interleaved ? place / 2 : place % half)
        scaled[i] *= cosine[at] * cosine[at] + sine[at] * sine[at]
      }
      #expect(firstDifference(back, scaled, tolerance: 1e-13) == nil, "\(isa)")
    }
  }
}
