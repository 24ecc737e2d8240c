/// Blocks of 256 weights in groups that have scales of few bits.
enum KBlocks {
  /// Q4_K: eight groups of 32, w = d sc q - dmin m, with sc and m of six bits and q of four.
  static func q4(_ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<UInt8>) {
    var scales = SIMD8<Float>.zero
    var minima = SIMD8<Float>.zero
    for group in 0..<8 {
      (scales[group], minima[group]) = line(x + 32 * group)
    }
    let d = RowEncoding.store(scales.max() / 63, out)
    let dmin = RowEncoding.store(minima.max() / 63, out + 2)
    let packed = out + 4
    for i in 0..<12 { packed[i] = 0 }
    for group in 0..<8 {
      let sc = UInt8(RowEncoding.code(d > 0 ? scales[group] / d : 0, 0...63))
      let m = UInt8(RowEncoding.code(dmin > 0 ? minima[group] / dmin : 0, 0...63))
      if group < 4 {
        packed[group] |= sc
        packed[group + 4] |= m
      } else {
        packed[group + 4] = sc & 15 | m << 4
        packed[group - 4] |= (sc >> 4) << 6
        packed[group] |= (m >> 4) << 6
      }
      // Codes for the scales as they are stored.
      let scale = d * Float(sc)
      let inverse = scale > 0 ? 1 / scale : 0
      let least = dmin * Float(m)
      for i in 0..<32 {
        let code = UInt8(RowEncoding.code((x[32 * group + i] + least) * inverse, 0...15))
        let byte = out + 16 + 32 * (group / 2) + i
        byte.pointee = group % 2 == 0 ? code : byte.pointee | code << 4
      }
    }
  }

  /// The scale and the minimum (not below 0) of x = scale q - minimum, q in 0...15, over 32 weights.
  ///
  /// Around the scale that spans them a few are tried, each improved by least squares.
  private static func line(_ x: UnsafePointer<Float>) -> (Float, Float) {
    var low: Float = 0
    var high: Float = 0
    var power: Float = 0
    for i in 0..<32 {
      low = min(low, x[i])
      high = max(high, x[i])
      power += x[i] * x[i]
    }
    guard high > low, power.isFinite else { return (0, 0) }
    let typical = (power / 32).squareRoot()
    var best: (scale: Float, minimum: Float) = ((high - low) / 15, -low)
    var least = Float.infinity
    for step in 0...20 {
      let inverse = (14 + Float(step) * 0.1) / (high - low)
      // Weighted sums of 1, q, q², x and q x.
      var (w, wq, wqq, wx, wqx): (Float, Float, Float, Float, Float) = (0, 0, 0, 0, 0)
      for i in 0..<32 {
        let q = min(max(((x[i] - low) * inverse).rounded(), 0), 15)
        let weight = typical + abs(x[i])
        w += weight
        wq += weight * q
        wqq += weight * q * q
        wx += weight * x[i]
        wqx += weight * q * x[i]
      }
      let determinant = w * wqq - wq * wq
      guard determinant > 0 else { continue }
      var scale = (w * wqx - wq * wx) / determinant
      var offset = (wqq * wx - wq * wqx) / determinant
      if offset > 0 {
        offset = 0
        scale = wqq > 0 ? wqx / wqq : 0
      }
      guard scale > 0 else { continue }
      var error: Float = 0
      let back = 1 / scale
      for i in 0..<32 {
        let q = min(max(((x[i] - offset) * back).rounded(), 0), 15)
        let difference = scale * q + offset - x[i]
        error += (typical + abs(x[i])) * difference * difference
      }
      if error < least {
        least = error
        best = (scale, -offset)
      }
    }
    return (best.scale, best.minimum)
  }

  /// Q6_K: sixteen groups of 16, w = d sc q, with sc of eight bits and q of six.
  static func q6(_ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<UInt8>) {
    var scales = SIMD16<Float>.zero
    var greatest: Float = 0
    for group in 0..<16 {
      scales[group] = slope(x + 16 * group)
      if abs(scales[group]) > abs(greatest) { greatest = scales[group] }
    }
    // The greatest scale gets the code -128, which has no opposite.
    let d = RowEncoding.store(greatest / -128, out + 208)
    for i in 0..<192 { out[i] = 0 }
    for group in 0..<16 {
      let sc = RowEncoding.code(d != 0 ? scales[group] / d : 0, -128...127)
      out[192 + group] = UInt8(bitPattern: Int8(sc))
      let scale = d * Float(sc)
      let inverse = scale != 0 ? 1 / scale : 0
      for i in 0..<16 {
        let code = UInt8(RowEncoding.code(x[16 * group + i] * inverse, -32...31) + 32)
        let (half, place) = (16 * group + i).quotientAndRemainder(dividingBy: 128)
        let (quarter, l) = place.quotientAndRemainder(dividingBy: 32)
        // Low bits: quarters 0 and 1 in low nibbles, 2 and 3 in high ones.
        out[64 * half + 32 * (quarter % 2) + l] |= (code & 15) << UInt8(4 * (quarter / 2))
        out[128 + 32 * half + l] |= (code >> 4) << UInt8(2 * quarter)
      }
    }
  }

  /// The scale of x = scale q, q in -32...31, over 16 weights.
  private static func slope(_ x: UnsafePointer<Float>) -> Float {
    var greatest: Float = 0
    for i in 0..<16 where abs(x[i]) > abs(greatest) { greatest = x[i] }
    guard greatest != 0, greatest.isFinite else { return 0 }
    var best = greatest / -32
    var most: Float = 0
    for step in -9...9 {
      let inverse = -(32 + Float(step) * 0.1) / greatest
      // Large weights count more: by the square of their magnitude.
      var (wqx, wqq): (Float, Float) = (0, 0)
      for i in 0..<16 {
        let q = min(max((x[i] * inverse).rounded(), -32), 31)
        let weight = x[i] * x[i]
        wqx += weight * q * x[i]
        wqq += weight * q * q
      }
      // The error falls by wqx² / wqq.
      if wqq > 0, wqx * wqx > most * wqq {
        most = wqx * wqx / wqq
        best = wqx / wqq
      }
    }
    return best
  }
}
