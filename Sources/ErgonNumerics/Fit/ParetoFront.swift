/// The choices that nothing else beats on both cost and quality.
public enum ParetoFront {
  /// The indices of the points on the front, by rising cost.
  ///
  /// A point is on the front unless another costs no more and is at least as good, and is
  /// strictly better in one of the two. Of equal points all are on it; points with NaN never are.
  ///
  /// ```swift
  /// ParetoFront.indices(cost: [1, 2, 3], quality: [0.5, 0.4, 0.9])   // [0, 2]
  /// ```
  ///
  /// - Parameters:
  ///   - cost: Less is better.
  ///   - quality: More is better, one for each cost.
  /// - Precondition: both lists have the same length.
  /// - Cost: one sort.
  public static func indices(cost: [Double], quality: [Double]) -> [Int] {
    precondition(
      cost.count == quality.count,
      "ParetoFront: \(cost.count) costs against \(quality.count) qualities; give one each")
    let order = cost.indices.filter { !cost[$0].isNaN && !quality[$0].isNaN }
      .sorted { (cost[$0], -quality[$0], $0) < (cost[$1], -quality[$1], $1) }
    var front: [Int] = []
    for point in order {
      if let last = front.last {
        let isEqual = cost[point] == cost[last] && quality[point] == quality[last]
        guard quality[point] > quality[last] || isEqual else { continue }
      }
      front.append(point)
    }
    return front
  }
}
