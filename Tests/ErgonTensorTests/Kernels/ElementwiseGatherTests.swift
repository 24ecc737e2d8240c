import CErgonKernels
import Testing

@Suite("Gathers and scatters")
struct ElementwiseGatherTests {
  static let shapes = [
    [1, 1, 1, 1], [2, 5, 1, 7], [3, 4, 9, 6], [1, 300, 65, 1_000], [2, 3, 4, 0],
  ]

  private func indices(_ count: Int, below length: Int) -> [Int32] {
    KernelSamples.numbers(count, range: 1.0, seed: 9).map {
      Int32(min(length - 1, Int(($0 + 1) / 2 * Double(length))))
    }
  }

  @Test("whole lines are gathered, and added back in order", arguments: shapes)
  func lines(shape: [Int]) {
    let (outer, length, inner, count) = (shape[0], shape[1], shape[2], shape[3])
    let x: [Float] = KernelSamples.numbers(outer * length * inner)
    let index = indices(count, below: length)
    var (gathered, scattered) = ([Float](), x)
    for o in 0..<outer {
      for j in 0..<count {
        for i in 0..<inner { gathered.append(x[(o * length + Int(index[j])) * inner + i]) }
      }
    }
    for o in 0..<outer {
      for j in 0..<count {
        for i in 0..<inner {
          scattered[(o * length + Int(index[j])) * inner + i] +=
            gathered[(o * count + j) * inner + i]
        }
      }
    }
    KernelMachine.onEach { isa, _ in
      var y = [Float](repeating: 7, count: gathered.count)
      ek_gather_f32(outer, length, inner, count, index, x, &y)
      #expect(y == gathered, "\(isa)")
      var sum = x
      ek_scatter_add_f32(outer, length, inner, count, index, gathered, &sum)
      #expect(sum == scattered, "\(isa)")
    }
  }

  @Test("single elements are taken along an axis, and put back", arguments: shapes)
  func elements(shape: [Int]) {
    let (outer, length, inner, count) = (shape[0], shape[1], shape[2], shape[3])
    let x = KernelSamples.numbers(outer * length * inner, range: 1_000.0).map { Int32($0) }
    let index = indices(outer * count * inner, below: length)
    var (taken, put) = ([Int32](), x)
    for o in 0..<outer {
      for at in 0..<(count * inner) {
        let from = (o * length + Int(index[o * count * inner + at])) * inner + at % inner
        taken.append(x[from])
        put[from] += x[from]
      }
    }
    KernelMachine.onEach { isa, _ in
      var y = [Int32](repeating: 7, count: taken.count)
      ek_take_along_i32(outer, length, inner, count, index, x, &y)
      #expect(y == taken, "\(isa)")
      var sum = x
      ek_put_add_along_i32(outer, length, inner, count, index, taken, &sum)
      #expect(sum == put, "\(isa)")
    }
  }
}
