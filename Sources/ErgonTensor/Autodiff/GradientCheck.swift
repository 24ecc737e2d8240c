/// How well a function's gradient agrees with differences of its values.
public struct GradientCheck: Sendable, CustomStringConvertible {
  /// Whether every element is within the tolerances.
  public var passed: Bool { excess <= 1 }
  /// 1 for a derivative of the function, 2 for one of its gradient.
  public let order: Int
  /// The input that agrees worst, and the place of its worst element.
  public let input: Int
  public let place: [Int]
  /// The derivative in that element as the tape gives it, and as differences do.
  public let recorded: Double
  public let measured: Double
  /// That element's difference as a multiple of what is allowed.
  public let excess: Double

  public var description: String {
    """
    \(passed ? "agrees" : "differs"): order \(order), input \(input), element \(place): \
    \(recorded) recorded, \(measured) by differences, \(excess) of what is allowed
    """
  }
}

/// Compares a function's gradient with central differences of its values, in every element of its
/// inputs.
///
/// Values that are arrays are weighted with fixed random numbers, so that every element of them
/// takes part. With `secondOrder` the gradient of the gradient is compared with differences of the
/// gradient too.
///
/// ```swift
/// let check = gradCheck(at: [x, w]) { $0[0].matmul($0[1]) }
/// #expect(check.passed, "\(check)")
/// ```
///
/// - Parameters:
///   - relative: Difference allowed as a part of the derivative.
///   - absolute: Difference allowed beside that.
/// - Precondition: the function is smooth within 10⁻⁵ of the inputs.
/// - Cost: two evaluations of the function, or of its gradient, for each element of the inputs.
public func gradCheck(
  at inputs: [Tensor<Double>], relative: Double = 1e-6, absolute: Double = 1e-7,
  secondOrder: Bool = false, _ function: ([Tensor<Double>]) -> Tensor<Double>
) -> GradientCheck {
  func weighted(_ x: [Tensor<Double>]) -> Tensor<Double> {
    let y = function(x)
    return (y * Tensor(noise: y.shape, stream: 0)).sum()
  }
  let first = worst(of: inputs, order: 1, relative, absolute, weighted)
  guard secondOrder, first.passed else { return first }
  let second = worst(of: inputs, order: 2, relative, absolute) { x in
    var sum = Tensor<Double>(0)
    for (i, g) in gradient(at: x, weighted).enumerated() {
      sum = sum + (g * Tensor(noise: g.shape, stream: UInt64(i + 1))).sum()
    }
    return sum
  }
  return second
}

private func worst(
  of inputs: [Tensor<Double>], order: Int, _ relative: Double, _ absolute: Double,
  _ function: ([Tensor<Double>]) -> Tensor<Double>
) -> GradientCheck {
  let recorded = gradient(at: inputs, function)
  var worst = GradientCheck(
    order: order, input: 0, place: [], recorded: 0, measured: 0, excess: 0)
  for (number, input) in inputs.enumerated() {
    let gradient = recorded[number].values
    for element in 0..<input.count {
      let x = input.values[element]
      let step = 1e-5 * max(1, abs(x))
      // The steps as they are stored, not as they were meant.
      let (above, below) = (x + step, x - step)
      let values = [above, below].map { moved in
        var inputs = inputs
        inputs[number] = inputs[number].replacing(element: element, with: moved)
        return function(inputs).scalar
      }
      let measured = (values[0] - values[1]) / (above - below)
      let allowed = absolute + relative * max(abs(gradient[element]), abs(measured))
      let difference = abs(gradient[element] - measured)
      // Not a number is as wrong as can be.
      let excess = difference.isNaN ? .infinity : difference / allowed
      guard excess > worst.excess else { continue }
      worst = GradientCheck(
        order: order, input: number, place: input.shape.place(of: element),
        recorded: gradient[element], measured: measured, excess: excess)
    }
  }
  return worst
}

extension Tensor where Scalar == Double {
  /// Fixed numbers between -1 and 1.
  fileprivate init(noise shape: Shape, stream: UInt64) {
    self.init(shape: shape) { Double._randomUniform(stream, 0, shape.count, -1, 1, $0) }
  }

  /// One element changed, in a view of the same layout, so that strided inputs stay strided.
  fileprivate func replacing(element: Int, with value: Double) -> Tensor {
    let copy = TensorStorage(byteCount: storage.byteCount)
    copy.bytes.copyMemory(from: storage.bytes, byteCount: storage.byteCount)
    var offset = layout.offset
    for (axis, index) in shape.place(of: element).enumerated() {
      offset += index * layout.strides[axis]
    }
    copy.bytes.assumingMemoryBound(to: Double.self)[offset] = value
    return Tensor(storage: copy, layout: layout)
  }
}

extension Shape {
  /// The indices of an element by its number in row-major order.
  fileprivate func place(of element: Int) -> [Int] {
    var rest = element
    var place = [Int](repeating: 0, count: rank)
    for axis in stride(from: rank - 1, through: 0, by: -1) {
      place[axis] = rest % axes[axis]
      rest /= axes[axis]
    }
    return place
  }
}
