extension Tensor where Scalar: FloatScalar {
  /// Each element dropped with a probability; those kept are divided by the probability of being
  /// kept, so that the expectation stays.
  ///
  /// - Precondition: the probability is in 0 ..< 1.
  /// - Reference: Srivastava and others, Dropout, 2014.
  public func dropout(probability: Scalar, using random: inout RandomStream) -> Tensor {
    precondition(
      probability >= 0 && probability < 1, "dropout: a probability of \(probability)")
    if probability == 0 { return self }
    let (x, keep) = (contiguousValue, 1 - probability)
    let mask = Tensor<UInt8>(shape: shape) { _ in }
    let y = random.draw(count) { key, counter in
      Tensor(shape: shape) {
        Scalar._dropout(
          key, counter, x.count, keep, x.start, $0, UnsafeMutablePointer(mutating: mask.start))
      }
    }
    guard isRecorded else { return y }
    let place = outline
    let map = LinearMap<Scalar>.masking(mask, keep: keep)
    return y.recorded { g, back in back.add(to: place) { g.applying(map) } }
  }
}

extension LinearMap {
  /// x / keep where the mask is 1, else 0; its own transpose.
  static func masking(_ mask: Tensor<UInt8>, keep: Scalar) -> LinearMap {
    let masked = { (g: Tensor<Scalar>) in
      let g = g.contiguousValue
      return Tensor(shape: g.shape) {
        Scalar._dropoutGradient(g.count, keep, mask.start, g.start, $0)
      }
    }
    return LinearMap(forward: masked, transpose: masked)
  }
}
