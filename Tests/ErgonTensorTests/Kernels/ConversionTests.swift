import CErgonKernels
import Testing

@Suite("Conversions between element types")
struct ConversionTests {
  /// Every pattern of 16 bits.
  static let patterns = (0...UInt16.max).map { $0 }

  /// A half-precision number by its definition.
  private func half(_ bits: UInt16) -> Float {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let (exponent, fraction) = (Int(bits >> 10 & 0x1F), Float(bits & 0x3FF))
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default:
      return sign * (1 + fraction / 1024)
        * Float(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }

  @Test("half precision is read and written back exactly, all 65,536 patterns")
  func halfRoundTrip() {
    let bits = Self.patterns
    let wanted = bits.map(half)
    KernelMachine.onEach { isa, _ in
      var floats = [Float](repeating: 7, count: bits.count)
      ek_f16_to_f32(bits.count, bits, &floats)
      #expect(sameBits(floats, wanted), "\(isa)")
      var back = [UInt16](repeating: 7, count: bits.count)
      ek_f32_to_f16(bits.count, floats, &back)
      let same = zip(bits, back).allSatisfy { $0 == $1 || half($0).isNaN && half($1).isNaN }
      #expect(same, "\(isa)")
    }
  }

  @Test("half precision rounds to nearest, ties to even")
  func halfRounding() {
    // Between each two neighbours: the tie, and a little to either side of it.
    let lower = (0..<UInt16(0x7BFF)).map { $0 }
    var (x, wanted) = ([Float](), [UInt16]())
    for bits in lower {
      let tie = (half(bits) + half(bits + 1)) / 2
      x += [tie.nextDown, tie, tie.nextUp, -tie]
      let even = bits & 1 == 0 ? bits : bits + 1
      wanted += [bits, even, bits + 1, even | 0x8000]
    }
    x += [65_519.996, 65_520, .infinity, -1e30, 0x1p-25, 0x1p-26, 0x1p-140, -0.0]
    wanted += [0x7BFF, 0x7C00, 0x7C00, 0xFC00, 0, 0, 0, 0x8000]
    KernelMachine.onEach { isa, _ in
      var got = [UInt16](repeating: 7, count: x.count)
      ek_f32_to_f16(x.count, x, &got)
      let wrong = zip(got, wanted).enumerated().first { $0.element.0 != $0.element.1 }
      #expect(wrong == nil, "\(isa) \(wrong.map { x[$0.offset] } ?? 0)")
    }
  }

  @Test("bfloat16 is the upper half of a float, rounded to nearest with ties to even")
  func bfloat() {
    let bits = Self.patterns
    let wanted = bits.map { Float(bitPattern: UInt32($0) << 16) }
    let between = bits.flatMap { upper in
      [0x7FFF, 0x8000, 0x8001].map { Float(bitPattern: UInt32(upper) << 16 | $0) }
    }
    let rounded = bits.flatMap { upper in
      [upper, upper & 1 == 0 ? upper : upper &+ 1, upper &+ 1]
    }
    KernelMachine.onEach { isa, _ in
      var floats = [Float](repeating: 7, count: bits.count)
      ek_bf16_to_f32(bits.count, bits, &floats)
      #expect(sameBits(floats, wanted), "\(isa)")
      var back = [UInt16](repeating: 7, count: bits.count)
      ek_f32_to_bf16(bits.count, floats, &back)
      let same = zip(zip(bits, back), wanted).allSatisfy { pair, float in
        pair.0 == pair.1 || float.isNaN && Float(bitPattern: UInt32(pair.1) << 16).isNaN
      }
      #expect(same, "\(isa)")
      var got = [UInt16](repeating: 7, count: between.count)
      ek_f32_to_bf16(between.count, between, &got)
      let right = zip(zip(got, rounded), between).allSatisfy { pair, float in
        float.isNaN ? Float(bitPattern: UInt32(pair.0) << 16).isNaN : pair.0 == pair.1
      }
      #expect(right, "\(isa)")
    }
  }

  @Test("floats to integers truncate and saturate, and NaN gives 0")
  func integers() {
    let x: [Float] = [
      0, 1.9, -1.9, 2_147_483_520, 2_147_483_648, 1e20, -2_147_483_648, -1e20, .infinity,
      -.infinity, .nan, 0.5, -0.5, 16_777_216, 123.456, -7.999, 3,
    ]
    let wanted = x.map { x -> Int32 in
      x.isNaN ? 0 : x >= 0x1p31 ? .max : x <= -0x1p31 ? .min : Int32(x)
    }
    let y: [Double] = [
      2_147_483_646.9, 2_147_483_647, 2_147_483_647.5, -2_147_483_648.5, .nan, -3.7,
    ]
    let (atX, atY) = (x.count, y.count)
    KernelMachine.onEach { isa, _ in
      var got = [Int32](repeating: 7, count: atX)
      ek_f32_to_i32(atX, x, &got)
      #expect(got == wanted, "\(isa)")
      var doubles = [Int32](repeating: 7, count: atY)
      ek_f64_to_i32(atY, y, &doubles)
      #expect(doubles == [.max - 1, .max, .max, .min, 0, -3], "\(isa)")
    }
  }

  @Test("integers, bytes and the two precisions convert one by one")
  func widening() {
    let integers: [Int32] = [0, 1, -1, .max, .min, 16_777_217, 77, -123_456_789, 5]
    let bytes = (0...UInt8.max).map { $0 }
    let doubles: [Double] = [0.1, 1e300, -1e-300, .nan, .infinity, -2, 0x1.000001p0, 3, 1e-40]
    let floats = doubles.map { Float($0) }
    let fromIntegers = (integers.map { Float($0) }, integers.map { Double($0) })
    let (widened, pixels) = (
      floats.map { Double($0) }, bytes.map { (Float($0) - 127.5) * (1 / 127.5) }
    )
    KernelMachine.onEach { isa, _ in
      var f32 = [Float](repeating: 7, count: 9)
      var f64 = [Double](repeating: 7, count: 9)
      ek_i32_to_f32(9, integers, &f32)
      ek_i32_to_f64(9, integers, &f64)
      #expect(f32 == fromIntegers.0 && f64 == fromIntegers.1, "\(isa)")
      ek_f64_to_f32(9, doubles, &f32)
      ek_f32_to_f64(9, floats, &f64)
      #expect(sameBits(f32, floats) && sameBits(f64, widened), "\(isa)")
      var image = [Float](repeating: 7, count: 256)
      ek_u8_to_f32(256, bytes, 127.5, 1 / 127.5, &image)
      #expect(image == pixels, "\(isa)")
    }
  }
}
