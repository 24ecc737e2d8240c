/// Which of a transform and its inverse is scaled.
public enum FourierNorm: Sendable, Hashable {
  /// The inverse by 1/n.
  case backward
  /// Both by 1/√n: lengths are kept.
  case orthonormal
  /// The transform by 1/n.
  case forward

  func scale(_ count: Int, inverse: Bool) -> Double {
    switch self {
    case .backward: inverse ? 1 / Double(count) : 1
    case .orthonormal: 1 / Double(count).squareRoot()
    case .forward: inverse ? 1 : 1 / Double(count)
    }
  }
}
