public import ErgonTensor
import RealModule

/// A minimum found by ``minimize(from:tolerance:maximumSteps:history:_:)-([Double],_,_,_,_)``.
public struct Minimum: Sendable, Hashable {
  /// Where it lies.
  public let point: [Double]
  public let value: Double
  /// The largest element of the gradient there, by size.
  public let gradientSize: Double
  /// Steps taken, and evaluations of the function.
  public let steps: Int
  public let evaluations: Int
  /// Whether the gradient is as small as was asked for.
  public let hasConverged: Bool
}

/// The minimum of a smooth function of few numbers, by the limited-memory BFGS method with a line
/// search to the strong Wolfe conditions.
///
/// For small convex problems, logistic regression for example, it needs no rate and ends at full
/// precision in tens of steps.
///
/// ```swift
/// let best = minimize(from: [-1.2, 1]) { x in (f(x), gradientOfF(x)) }
/// best.point                                // [1, 1] for Rosenbrock's function
/// ```
///
/// - Parameters:
///   - tolerance: The search ends where no element of the gradient is larger.
///   - history: Pairs of steps and gradient changes that are remembered.
/// - Reference: Nocedal, Wright, "Numerical optimization", 2006, algorithms 7.4, 7.5, 3.5 and 3.6.
public func minimize(
  from start: [Double], tolerance: Double = 1e-8, maximumSteps: Int = 200, history: Int = 10,
  _ function: ([Double]) -> (value: Double, gradient: [Double])
) -> Minimum {
  var point = LinePoint(start, function)
  var evaluations = 1
  var memory: [(step: [Double], change: [Double], rho: Double)] = []
  for steps in 0..<maximumSteps {
    if point.gradient.largest <= tolerance {
      return Minimum(point, steps, evaluations, hasConverged: true)
    }
    var direction = descent(point.gradient, memory)
    if dot(direction, point.gradient) >= 0 {
      memory = []
      direction = point.gradient.map { -$0 }
    }
    // Without a memory the gradient says nothing of the distance: begin with a step of length 1.
    let first = memory.isEmpty ? min(1, 1 / max(point.gradient.sumOfSizes, 1e-300)) : 1
    guard
      let next = WolfeSearch(point, direction).run(
        from: first,
        {
          evaluations += 1; return LinePoint($0, function)
        })
    else { return Minimum(point, steps, evaluations, hasConverged: false) }
    let step = zip(next.place, point.place).map { $0 - $1 }
    let change = zip(next.gradient, point.gradient).map { $0 - $1 }
    let curvature = dot(step, change)
    if curvature > 1e-10 * dot(change, change).squareRoot() * dot(step, step).squareRoot() {
      memory.append((step, change, 1 / curvature))
      if memory.count > history { memory.removeFirst() }
    }
    point = next
  }
  return Minimum(
    point, maximumSteps, evaluations, hasConverged: point.gradient.largest <= tolerance)
}

/// The minimum of a scalar function of one array, with its gradient taken automatically.
///
/// ```swift
/// let (w, _) = minimize(from: Tensor<Double>(repeating: 0, shape: [d])) { w in loss(of: w) }
/// ```
public func minimize(
  from start: Tensor<Double>, tolerance: Double = 1e-8, maximumSteps: Int = 200,
  history: Int = 10, _ function: (Tensor<Double>) -> Tensor<Double>
) -> (point: Tensor<Double>, minimum: Minimum) {
  let shape = start.shape
  let minimum = minimize(
    from: start.values, tolerance: tolerance, maximumSteps: maximumSteps, history: history
  ) { place in
    let (value, slope) = valueAndGradient(at: Tensor(place, shape: shape), function)
    return (value.scalar, slope.values)
  }
  return (Tensor(minimum.point, shape: shape), minimum)
}

extension Minimum {
  fileprivate init(_ point: LinePoint, _ steps: Int, _ evaluations: Int, hasConverged: Bool) {
    self.init(
      point: point.place, value: point.value, gradientSize: point.gradient.largest, steps: steps,
      evaluations: evaluations, hasConverged: hasConverged)
  }
}

/// The quasi-Newton direction: the two loops over the remembered pairs.
private func descent(
  _ gradient: [Double], _ memory: [(step: [Double], change: [Double], rho: Double)]
) -> [Double] {
  var direction = gradient.map { -$0 }
  var alphas = [Double](repeating: 0, count: memory.count)
  for index in memory.indices.reversed() {
    let pair = memory[index]
    alphas[index] = pair.rho * dot(pair.step, direction)
    add(-alphas[index], pair.change, to: &direction)
  }
  if let last = memory.last {
    let scale = 1 / (last.rho * dot(last.change, last.change))
    for i in direction.indices { direction[i] *= scale }
  }
  for (index, pair) in memory.enumerated() {
    add(alphas[index] - pair.rho * dot(pair.change, direction), pair.step, to: &direction)
  }
  return direction
}

/// A place, and the function there.
private struct LinePoint {
  let place: [Double]
  let value: Double
  let gradient: [Double]

  init(_ place: [Double], _ function: ([Double]) -> (value: Double, gradient: [Double])) {
    self.place = place
    (value, gradient) = function(place)
    precondition(
      gradient.count == place.count,
      "minimize: a gradient of \(gradient.count) elements at a point of \(place.count)")
  }
}

/// A search along a line for a step that lowers the value enough and flattens the slope enough.
private struct WolfeSearch {
  private let origin: LinePoint
  private let direction: [Double]
  private let slope: Double
  private static let decrease = 1e-4
  private static let flattening = 0.9

  /// The function on the line, and the place it belongs to.
  private struct Trial {
    let length: Double
    let slope: Double
    let point: LinePoint
  }

  init(_ origin: LinePoint, _ direction: [Double]) {
    self.origin = origin
    self.direction = direction
    slope = dot(direction, origin.gradient)
  }

  func run(from first: Double, _ evaluate: ([Double]) -> LinePoint) -> LinePoint? {
    var previous = Trial(length: 0, slope: slope, point: origin)
    var length = first
    for attempt in 0..<20 {
      let trial = self.trial(length, evaluate)
      if !isLowEnough(trial) || (attempt > 0 && trial.point.value >= previous.point.value) {
        return zoom(previous, trial, evaluate)
      }
      if abs(trial.slope) <= -Self.flattening * slope { return trial.point }
      if trial.slope >= 0 { return zoom(trial, previous, evaluate) }
      previous = trial
      length *= 2
    }
    return previous.length > 0 ? previous.point : nil
  }

  /// Narrows a bracket whose `low` end is the best point known.
  private func zoom(_ low: Trial, _ high: Trial, _ evaluate: ([Double]) -> LinePoint) -> LinePoint?
  {
    var (low, high) = (low, high)
    for _ in 0..<40 {
      let trial = self.trial(Self.between(low, high), evaluate)
      if !isLowEnough(trial) || trial.point.value >= low.point.value {
        high = trial
      } else {
        if abs(trial.slope) <= -Self.flattening * slope { return trial.point }
        if trial.slope * (high.length - low.length) >= 0 { high = low }
        low = trial
      }
      if abs(high.length - low.length) <= 1e-14 * max(low.length, high.length) { break }
    }
    // At the limit of precision a lower value is all that can be asked for.
    return low.length > 0 && low.point.value <= origin.value ? low.point : nil
  }

  private func trial(_ length: Double, _ evaluate: ([Double]) -> LinePoint) -> Trial {
    var place = origin.place
    add(length, direction, to: &place)
    let point = evaluate(place)
    return Trial(length: length, slope: dot(point.gradient, direction), point: point)
  }

  private func isLowEnough(_ trial: Trial) -> Bool {
    trial.point.value <= origin.value + Self.decrease * trial.length * slope
  }

  /// The minimum of the cubic through both ends, kept off them; half way where there is none.
  private static func between(_ a: Trial, _ b: Trial) -> Double {
    let width = b.length - a.length
    let middle = a.length + width / 2
    let d1 = a.slope + b.slope - 3 * (b.point.value - a.point.value) / width
    let square = d1 * d1 - a.slope * b.slope
    guard square > 0, square.isFinite else { return middle }
    let d2 = width < 0 ? -square.squareRoot() : square.squareRoot()
    let cubic = b.length - width * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2)
    let margin = 0.1 * abs(width)
    let (least, most) = (min(a.length, b.length) + margin, max(a.length, b.length) - margin)
    return cubic.isFinite && cubic >= least && cubic <= most ? cubic : middle
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var total = 0.0
  for i in a.indices { total += a[i] * b[i] }
  return total
}

private func add(_ scale: Double, _ x: [Double], to y: inout [Double]) {
  for i in y.indices { y[i] += scale * x[i] }
}

extension [Double] {
  fileprivate var largest: Double { reduce(0) { Swift.max($0, abs($1)) } }
  fileprivate var sumOfSizes: Double { reduce(0) { $0 + abs($1) } }
}
