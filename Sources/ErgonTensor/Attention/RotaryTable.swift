import RealModule

/// The angles by which rotary embedding turns pairs of numbers at each position.
///
/// Pair i of a head of `size` numbers turns by position · base^(-2i / size), so that the product of
/// a query and a key depends on how far apart they stand.
///
/// ```swift
/// let table = RotaryTable<Float>(size: 32, positions: 256)
/// let q = queries.rotaryEmbedding(table)               // [8, 256, 8, 32]
/// ```
///
/// - Reference: Su and others, RoFormer, 2021.
public struct RotaryTable<Scalar: FloatScalar>: Sendable {
  /// `[positions, size / 2]`.
  public let cosine: Tensor<Scalar>
  public let sine: Tensor<Scalar>

  /// - Precondition: an even size.
  public init(size: Int, positions: Int, base: Double = 10_000) {
    precondition(size > 0 && size % 2 == 0, "rotary table: \(size) numbers do not form pairs")
    let half = size / 2
    let angles = (0..<positions * half).map { place in
      Double(place / half) * Double.pow(base, -2 * Double(place % half) / Double(size))
    }
    cosine = Tensor(angles.map { Scalar(Double.cos($0)) }, shape: [positions, half])
    sine = Tensor(angles.map { Scalar(Double.sin($0)) }, shape: [positions, half])
  }
}

extension Tensor where Scalar: FloatScalar {
  /// Pairs of numbers of each head turned by angles that grow with the position.
  ///
  /// - Parameters:
  ///   - positions: Where each element of the time axis stands, `[time]` or `[batch, time]`; 0, 1,
  ///     2, … unless given.
  ///   - interleaved: Whether pairs are neighbours, (2i, 2i + 1), or halves, (i, i + size / 2).
  /// - Precondition: `[batch, time, heads, size]`; the table has the size and the positions.
  public func rotaryEmbedding(
    _ table: RotaryTable<Scalar>, positions: Tensor<Int32>? = nil, interleaved: Bool = false
  ) -> Tensor {
    precondition(
      rank == 4 && shape[3] == 2 * table.cosine.shape[1],
      "rotaryEmbedding: \(shape) with a table of \(table.cosine.shape): [batch, time, heads, size]"
        + " is due")
    let (batch, time, heads, size) = (shape[0], shape[1], shape[2], shape[3])
    let places =
      positions ?? Tensor<Int32>(shape: [time]) { for i in 0..<time { $0[i] = Int32(i) } }
    precondition(
      places.shape == [time] || places.shape == [batch, time],
      "rotaryEmbedding: positions of \(places.shape) for \(shape)")
    let rows = places.broadcast(to: [batch, time]).contiguous()
    for place in UnsafeBufferPointer(start: rows.start, count: rows.count) {
      precondition(
        place >= 0 && place < table.cosine.shape[0],
        "rotaryEmbedding: position \(place) is not in 0 ..< \(table.cosine.shape[0])")
    }
    let turned = { (x: Tensor, inverse: Bool) in
      let x = x.contiguousValue
      return Tensor(shape: x.shape) {
        Scalar._rotary(
          batch * time, heads, size, interleaved, inverse, rows.start, table.cosine.start,
          table.sine.start, x.start, $0)
      }
    }
    return applying(LinearMap(forward: { turned($0, false) }, transpose: { turned($0, true) }))
  }
}
