import CErgonKernels

// Functions of two variables.
extension Tensor where Scalar: FloatScalar {
  /// Every element raised to one power.
  public func pow(_ exponent: Scalar) -> Tensor {
    switch exponent {
    case 2: return squared()
    case 1: return self
    case 0.5: return sqrt()
    case -1: return reciprocal()
    default: break
    }
    let y = combined(EK_POWER, scalar: exponent)
    guard isRecorded, exponent != 0 else { return y }
    let x = self
    return y.recorded { g, back in back.add(to: x) { g * x.pow(exponent - 1) * exponent } }
  }

  /// Every element raised to the power of the other array's; shapes broadcast.
  public func pow(_ exponent: Tensor) -> Tensor {
    let y = combined(EK_POWER, exponent, "pow")
    guard Tensor.records(self, exponent) else { return y }
    let x = self
    return y.recorded { g, back in
      back.add(to: x) {
        // Where the exponent is 0 the value is 1 whatever the base, 0 among them.
        let slope = (exponent * x.pow(exponent - 1)).replacing(with: 0, where: exponent .== 0)
        return (g * slope).summed(to: x.shape)
      }
      back.add(to: exponent) {
        // 0 to a power stays 0 as the power changes, where the logarithm knows no limit.
        let logarithm = x.replacing(with: 1, where: x .== 0).log()
        return (g * x.pow(exponent) * logarithm).summed(to: exponent.shape)
      }
    }
  }

  /// The angles of the points (x, y), from -π to π.
  public static func atan2(y: Tensor, x: Tensor) -> Tensor {
    let angle = y.combined(EK_ATAN2, x, "atan2")
    guard records(y, x) else { return angle }
    return angle.recorded { g, back in
      back.add(to: y) { (g * x / (x.squared() + y.squared())).summed(to: y.shape) }
      back.add(to: x) { (-g * y / (x.squared() + y.squared())).summed(to: x.shape) }
    }
  }

  /// Elements below the range become its lower bound, those above its upper bound.
  public func clipped(to range: ClosedRange<Scalar>) -> Tensor {
    let y = combined(EK_MAXIMUM, scalar: range.lowerBound)
      .combined(EK_MINIMUM, scalar: range.upperBound)
    guard isRecorded else { return y }
    let x = self
    return y.recorded { g, back in
      back.add(to: x) {
        g.replacing(with: 0, where: (x .< range.lowerBound) .| (x .> range.upperBound))
      }
    }
  }
}

extension Tensor where Scalar: NumericScalar {
  /// The remainder of a division, with the sign of the divisor: x - y ⌊x / y⌋.
  public func modulo(_ divisor: Tensor) -> Tensor {
    combined(EK_REMAINDER, divisor, "modulo")
  }

  /// The remainder of a division, with the sign of the divisor.
  public func modulo(_ divisor: Scalar) -> Tensor { combined(EK_REMAINDER, scalar: divisor) }
}

extension Tensor where Scalar: FloatScalar {
  /// The remainder of a division, with the sign of the divisor: x - y ⌊x / y⌋.
  public func modulo(_ divisor: Tensor) -> Tensor {
    let y = combined(EK_REMAINDER, divisor, "modulo")
    guard Tensor.records(self, divisor) else { return y }
    let x = self
    return y.recorded { g, back in
      back.add(to: x) { g.summed(to: x.shape) }
      back.add(to: divisor) { (-g * (x / divisor).floor()).summed(to: divisor.shape) }
    }
  }

  /// The remainder of a division, with the sign of the divisor.
  public func modulo(_ divisor: Scalar) -> Tensor {
    let y = combined(EK_REMAINDER, scalar: divisor)
    guard isRecorded else { return y }
    let x = outline
    return y.recorded { g, back in back.add(to: x) { g } }
  }
}

/// The lesser of two elements; shapes broadcast.
///
/// Where they are equal each gets half of the gradient.
public func pointwiseMin<S: NumericScalar>(_ a: Tensor<S>, _ b: Tensor<S>) -> Tensor<S> {
  Tensor.extreme(EK_MINIMUM, a, b, "pointwiseMin")
}

/// The greater of two elements; shapes broadcast.
///
/// Where they are equal each gets half of the gradient.
public func pointwiseMax<S: NumericScalar>(_ a: Tensor<S>, _ b: Tensor<S>) -> Tensor<S> {
  Tensor.extreme(EK_MAXIMUM, a, b, "pointwiseMax")
}

/// The lesser of an element and a number.
public func pointwiseMin<S: NumericScalar>(_ a: Tensor<S>, _ b: S) -> Tensor<S> {
  pointwiseMin(a, Tensor(b))
}

/// The greater of an element and a number.
public func pointwiseMax<S: NumericScalar>(_ a: Tensor<S>, _ b: S) -> Tensor<S> {
  pointwiseMax(a, Tensor(b))
}

extension Tensor where Scalar: NumericScalar {
  fileprivate static func extreme(
    _ op: ek_binary_op, _ a: Tensor, _ b: Tensor, _ name: StaticString
  ) -> Tensor {
    let y = a.combined(op, b, name)
    guard records(a, b) else { return y }
    return y.recorded { g, back in
      let (first, second) = op == EK_MINIMUM ? (a, b) : (b, a)
      // Twice what each passes on: 2 where it is chosen alone, 1 where both are equal.
      let less = first.compared(EK_LESS, second, name)
      let lessOrEqual = first.compared(EK_LESS_EQUAL, second, name)
      let shareOfA = Tensor(less) + Tensor(lessOrEqual)
      back.add(to: a) { (g * shareOfA / 2).summed(to: a.shape) }
      back.add(to: b) { (g * (2 - shareOfA) / 2).summed(to: b.shape) }
    }
  }
}
