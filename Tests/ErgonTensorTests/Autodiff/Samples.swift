import ErgonTensor

/// Fixed numbers for tests, none near a kink of the functions tested.
enum Samples {
  /// Different numbers between -2 and 2, at least 0.01 from zero.
  static func double(_ shape: Shape, seed: Int = 0) -> Tensor<Double> {
    var state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1
    let values = (0..<shape.count).map { _ -> Double in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let unit = Double(state >> 11) / Double(1 << 53)
      return (unit < 0.5 ? -1 : 1) * (0.01 + 1.99 * (unit * 2).truncatingRemainder(dividingBy: 1))
    }
    return Tensor(values, shape: shape)
  }

  /// The same numbers in a view with its last two axes exchanged.
  static func strided(_ shape: Shape, seed: Int = 0) -> Tensor<Double> {
    var lengths = shape.lengths
    lengths.swapAt(shape.rank - 1, shape.rank - 2)
    return double(Shape(lengths), seed: seed).transposed()
  }

  static func float(_ shape: Shape, seed: Int = 0) -> Tensor<Float> {
    Tensor(double(shape, seed: seed).values.map { Float($0) }, shape: shape)
  }
}
