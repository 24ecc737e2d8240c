import CErgonKernels
import Testing

@Suite struct AttentionKernelTests {
  private static let formats = [EK_KV_F32, EK_KV_F16, EK_KV_INT8]

  /// How far rounding keys and values for the cache moves a result here: scores reach 20 or so.
  private static func tolerance(_ format: ek_kv_format) -> Double {
    format == EK_KV_F32 ? 3e-5 : format == EK_KV_F16 ? 2e-2 : 0.2
  }

  @Test(arguments: formats, [(1, 1, 8), (2, 3, 20), (2, 4, 64), (1, 4, 128)])
  func `attention agrees with its definition`(format: ek_kv_format, sizes: (Int, Int, Int)) {
    for length in [1, 2, 17, 65, 150] {
      let attention = AttentionCase(
        format, length: length, keyHeads: sizes.0, group: sizes.1, headSize: sizes.2)
      attention.store(0..<length)
      for causal in [true, false] {
        let checked = [0, length - 1].map {
          ($0, attention.expected($0, positions: causal ? $0 + 1 : length))
        }
        DenseMachine.onEach { isa in
          let out = attention.attend([0..<length], causal: causal)
          let width = out.count / length
          for (t, expected) in checked {
            let right = zip(out[(t * width)...], expected)
              .allSatisfy { abs(Double($0) - $1) <= Self.tolerance(format) }
            #expect(right, "\(isa), \(length) positions, row \(t)")
          }
        }
      }
    }
  }

  @Test(arguments: formats)
  func `one query at the end of a long context agrees with the definition`(
    format: ek_kv_format
  ) {
    let attention = AttentionCase(format, length: 1000, keyHeads: 2, group: 2, headSize: 32)
    attention.store(0..<1000)
    let expected = attention.expected(999, positions: 1000)
    DenseMachine.onEach { isa in
      let out = attention.attend([999..<1000])
      #expect(
        zip(out, expected).allSatisfy { abs(Double($0) - $1) <= Self.tolerance(format) },
        "\(isa)")
    }
  }

  @Test(arguments: formats)
  func `a row's bits do not depend on its batch, the chunks or the threads`(
    format: ek_kv_format
  ) {
    let length = 600
    let attention = AttentionCase(format, length: length, keyHeads: 2, group: 3, headSize: 40)
    attention.store(0..<length)
    DenseMachine.onEach { isa in
      let whole = attention.attend([0..<length]).map(\.bitPattern)
      let width = whole.count / length
      TernaryMachine.onThreads { threads in
        #expect(attention.attend([0..<length]).map(\.bitPattern) == whole)
        for ranges in [[100..<101], [255..<258, 599..<600], [0..<1, 37..<300, 511..<600]] {
          let expected = ranges.flatMap {
            whole[$0.lowerBound * width..<$0.upperBound * width]
          }
          #expect(
            attention.attend(ranges).map(\.bitPattern) == expected,
            "\(isa), \(ranges), \(threads) threads")
        }
      }
    }
  }

  @Test func `what later positions hold does not touch earlier ones`() {
    let attention = AttentionCase(EK_KV_F32, length: 80, keyHeads: 1, group: 2, headSize: 16)
    attention.store(0..<50)  // behind it the pages hold NaN
    DenseMachine.onEach { isa in
      let out = attention.attend([0..<80])
      let width = out.count / 80
      #expect(out[..<(50 * width)].allSatisfy { $0.isFinite }, "\(isa)")
      #expect(out[(50 * width)...].allSatisfy { $0.isNaN }, "\(isa)")
    }
  }

  @Test(arguments: formats)
  func `stored positions lie where the layout says, and nothing else changes`(
    format: ek_kv_format
  ) {
    DenseMachine.onEach { isa in
      let attention = AttentionCase(
        format, length: 11, keyHeads: 3, group: 1, headSize: 5, pageTokens: 4)
      attention.store(3..<9)
      let pages = attention.bytes
      let number = format == EK_KV_F32 ? 4 : format == EK_KV_F16 ? 2 : 1
      func word(_ page: Int, _ at: Int) -> UInt32 {
        (0..<number).reversed().reduce(0) { $0 << 8 | UInt32(pages[page][at + $1]) }
      }
      func single(_ page: Int, _ at: Int) -> Float {
        Float(bitPattern: (0..<4).reversed().reduce(0) { $0 << 8 | UInt32(pages[page][at + $1]) })
      }
      for position in 0..<11 {
        for head in 0..<3 {
          for values in [0, 1] {
            let slot = (values * 3 + head) * 4 + position % 4
            let x = (values == 0 ? attention.keys : attention.values)[
              (position * 3 + head) * 5..<(position * 3 + head + 1) * 5]
            let most = x.map(abs).max()!
            for (d, x) in x.enumerated() {
              let stored = word(position / 4, (slot * 5 + d) * number)
              let right: Bool
              if !(3..<9).contains(position) {
                right = stored == UInt32.max >> (32 - 8 * number)
              } else if format == EK_KV_F32 {
                right = stored == x.bitPattern
              } else if format == EK_KV_F16 {
                right = stored == UInt32(Float16(x).bitPattern)
              } else {
                let code = (x * (127 / most)).rounded(.toNearestOrEven)
                let scale = single(position / 4, 2 * 12 * 5 + slot * 4)
                right =
                  Float(Int8(truncatingIfNeeded: stored)) == code && scale == most / 127
              }
              #expect(right, "\(isa), position \(position), head \(head), \(d)")
            }
          }
        }
      }
    }
  }
}
