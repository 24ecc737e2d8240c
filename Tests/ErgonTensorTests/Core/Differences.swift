import ErgonTensor
import Testing

/// Numbers that look arbitrary and are the same in every run, in `range`.
func samples(_ shape: Shape, in range: ClosedRange<Double> = -1...1, seed: Int = 1)
  -> Tensor<Double>
{
  var state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 | 1
  let values = (0..<shape.count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let unit = Double(state >> 11) / Double(1 << 53)
    return range.lowerBound + unit * (range.upperBound - range.lowerBound)
  }
  return Tensor(values, shape: shape)
}

/// Whether the gradient of a function agrees with central differences in every element of every
/// argument; with `order` 2 also the gradient of its gradient.
func expectGradient(
  at arguments: [Tensor<Double>], order: Int = 1,
  _ function: ([Tensor<Double>]) -> Tensor<Double>,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let check = gradCheck(at: arguments, secondOrder: order > 1, function)
  #expect(check.passed, "\(check)", sourceLocation: sourceLocation)
}

/// Every place of a shape in row-major order.
func places(_ shape: Shape) -> [[Int]] {
  shape.lengths.reduce([[]]) { places, length in
    places.flatMap { place in (0..<length).map { place + [$0] } }
  }
}

extension Tensor {
  /// The element at a place, with axes that broadcast read at 0.
  func element(_ place: [Int]) -> Scalar {
    let own = place.suffix(rank).enumerated().map { shape[$0.offset] == 1 ? 0 : $0.element }
    var index = 0
    for (axis, position) in own.enumerated() { index = index * shape[axis] + position }
    return values[index]
  }
}
