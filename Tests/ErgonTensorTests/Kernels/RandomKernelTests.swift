import CErgonKernels
import Testing

@Suite("Random kernels")
struct RandomKernelTests {
  @Test("Philox gives the published words (Random123, kat_vectors)")
  func knownAnswers() {
    let vectors: [(counter: [UInt32], key: [UInt32], words: [UInt32])] = [
      ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
      (
        [UInt32](repeating: .max, count: 4), [.max, .max],
        [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
      ),
      (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ]
    for vector in vectors {
      var words = [UInt32](repeating: 0, count: 4)
      ek_philox_block(vector.counter, vector.key, &words)
      #expect(words == vector.words)
    }
    KernelMachine.onEach { isa, _ in
      var bits = [UInt64](repeating: 0, count: 2)
      ek_random_bits(0, 0, 2, &bits)
      #expect(bits == [0xe169_c58d_6627_e8d5, 0x9b00_dbd8_bc57_ac4c], "\(isa)")
    }
  }

  /// Every kind of stream, as bits.
  private func draw(_ counter: UInt64, _ count: Int, key: UInt64 = 0x1234_5678_9abc_def0)
    -> [[UInt64]]
  {
    var bits = [UInt64](repeating: 0, count: count)
    ek_random_bits(key, counter, count, &bits)
    var (f32, f64) = ([Float](repeating: 0, count: count), [Double](repeating: 0, count: count))
    var streams = [bits]
    ek_random_uniform_f32(key, counter, count, -1, 2, &f32)
    streams.append(f32.map { UInt64($0.bitPattern) })
    ek_random_uniform_f64(key, counter, count, -1, 2, &f64)
    streams.append(f64.map(\.bitPattern))
    ek_random_normal_f32(key, counter, count, 1, 2, &f32)
    streams.append(f32.map { UInt64($0.bitPattern) })
    ek_random_normal_f64(key, counter, count, 1, 2, &f64)
    streams.append(f64.map(\.bitPattern))
    let x: [Float] = KernelSamples.numbers(50_000)
    let (slice, wide) = (x.prefix(count), x.prefix(count).map { Double($0) })
    var mask = [UInt8](repeating: 0, count: count)
    ek_dropout_f32(key, counter, count, 0.7, Array(slice), &f32, &mask)
    streams.append(zip(f32, mask).map { UInt64($0.bitPattern) | UInt64($1) << 32 })
    ek_dropout_f64(key, counter, count, 0.7, wide, &f64, &mask)
    streams.append(zip(f64, mask).map { $0.bitPattern ^ UInt64($1) })
    return streams
  }

  @Test("every instruction set and thread count draws the same bits")
  func sameEverywhere() {
    var first: [[UInt64]]?
    KernelMachine.onEach { isa, threads in
      let streams = draw(5, 40_003)
      for (stream, wanted) in zip(streams, first ?? streams) {
        #expect(stream == wanted, "\(isa) \(threads)")
      }
      first = streams
    }
  }

  @Test("an element depends on its counter alone, wherever the stream is cut")
  func cuts() {
    // Dropout's inputs move with the cut, so its streams are left out.
    let whole = draw(1_000, 1_300).prefix(5)
    KernelMachine.onEach { isa, _ in
      for (start, count) in [(0, 1), (1, 2), (2, 1), (3, 7), (5, 64), (510, 5), (511, 700), (7, 0)]
      {
        let part = draw(1_000 + UInt64(start), count).prefix(5)
        for (a, b) in zip(part, whole) {
          #expect(a == Array(b[start..<(start + count)]), "\(isa) \(start) \(count)")
        }
      }
    }
    // Also where the number of the block no longer fits 32 bits.
    let far = draw(1 << 34 - 6, 12).prefix(5)
    let later = draw(1 << 34 + 2, 4).prefix(5)
    for (a, b) in zip(far, later) { #expect(Array(a[8..<12]) == b) }
    #expect(far[0] != draw(0, 12)[0])
  }

  @Test("uniforms fill their interval evenly and never reach its end")
  func uniform() {
    let count = 200_000
    var x = [Float](repeating: 0, count: count)
    ek_random_uniform_f32(1, 0, count, 0, 1, &x)
    #expect(x.allSatisfy { $0 >= 0 && $0 < 1 })
    var bins = [Int](repeating: 0, count: 100)
    for value in x { bins[Int(value * 100)] += 1 }
    // Chi-square with 99 degrees of freedom: mean 99, standard deviation 14.
    let chi = bins.reduce(0.0) { $0 + (Double($1) - 2_000) * (Double($1) - 2_000) / 2_000 }
    #expect(chi > 50 && chi < 160, "\(chi)")
    // An interval of one step: rounding alone would give its end half of the time.
    ek_random_uniform_f32(1, 0, count, 1, Float(1).nextUp, &x)
    #expect(x.allSatisfy { $0 == 1 })
    ek_random_uniform_f32(1, 0, 3, 5, 5, &x)
    #expect(x.prefix(3).allSatisfy { $0 == 5 })
  }

  @Test("normals have the moments and tails of the normal distribution", arguments: [false, true])
  func normal(double: Bool) {
    let count = 400_000
    var x = [Double](repeating: 0, count: count)
    if double {
      ek_random_normal_f64(3, 0, count, 0, 1, &x)
    } else {
      var single = [Float](repeating: 0, count: count)
      ek_random_normal_f32(3, 0, count, 0, 1, &single)
      x = single.map { Double($0) }
    }
    func mean(_ f: (Double) -> Double) -> Double { x.reduce(0) { $0 + f($1) } / Double(count) }
    // Five standard errors: 1, sqrt(2), sqrt(15), sqrt(96) over sqrt(count).
    let error = 5 / Double(count).squareRoot()
    #expect(abs(mean { $0 }) < error)
    #expect(abs(mean { $0 * $0 } - 1) < 1.5 * error)
    #expect(abs(mean { $0 * $0 * $0 }) < 3.9 * error)
    #expect(abs(mean { $0 * $0 * $0 * $0 } - 3) < 9.8 * error)
    // The two of a pair do not know each other.
    let pairs = stride(from: 0, to: count, by: 2).reduce(0) { $0 + x[$1] * x[$1 + 1] }
    #expect(abs(pairs / Double(count / 2)) < 1.5 * error)
    // P(|x| > 3) = 0.0026998, P(|x| > 4.5) = 6.8e-6.
    let far = x.count { abs($0) > 3 }
    #expect(abs(Double(far) - 1_080) < 5 * 33)
    #expect((1...10).contains(x.count { abs($0) > 4.5 }))
  }

  @Test("dropout keeps the share asked for, scales it, and passes gradients the same way")
  func dropout() {
    let count = 100_003
    let x: [Float] = KernelSamples.numbers(count).map { $0 + 4 }
    KernelMachine.onEach { isa, _ in
      var (y, mask, dx) = (x, [UInt8](repeating: 7, count: count), x)
      ek_dropout_f32(9, 4, count, 0.8, x, &y, &mask)
      let kept = mask.count { $0 == 1 }
      #expect(abs(Double(kept) - 0.8 * Double(count)) < 5 * 127, "\(isa)")
      let right = x.indices.allSatisfy {
        y[$0] == (mask[$0] == 1 ? x[$0] / 0.8 : 0) && mask[$0] < 2
      }
      #expect(right, "\(isa)")
      ek_dropout_gradient_f32(count, 0.8, mask, x, &dx)
      #expect(dx == y, "\(isa)")
      ek_dropout_f32(9, 4, count, 1, x, &y, &mask)
      #expect(y == x, "\(isa)")
    }
  }
}
