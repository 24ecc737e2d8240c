/// Which samples make up which batch of an epoch.
///
/// The order is a pure function of seed and epoch, so that a training that is gone on with sees
/// the same batches as one that was never interrupted.
///
/// ```swift
/// let plan = BatchPlan(count: 60_000, batchSize: 64, seed: 7)
/// plan.batchCount                        // 938, the last one with 32 samples
/// let order = plan.order(epoch: 2)       // 60,000 indices
/// let batch = order[plan.range(of: 0)]   // the first 64 of them
/// ```
public struct BatchPlan: Sendable, Hashable {
  /// How many samples there are.
  public let count: Int
  public let batchSize: Int
  /// What the order is shuffled by; `nil` keeps the samples in the order they have.
  public let seed: UInt64?
  /// Whether samples that fill no whole batch are left out of an epoch.
  public let dropsLast: Bool

  /// - Precondition: `count >= 0` and `batchSize > 0`.
  public init(count: Int, batchSize: Int, seed: UInt64? = nil, dropsLast: Bool = false) {
    precondition(
      count >= 0 && batchSize > 0, "BatchPlan: \(count) samples in batches of \(batchSize)")
    self.count = count
    self.batchSize = batchSize
    self.seed = seed
    self.dropsLast = dropsLast
  }

  /// Batches in an epoch.
  public var batchCount: Int {
    dropsLast ? count / batchSize : count / batchSize + (count % batchSize == 0 ? 0 : 1)
  }

  /// Where a batch's samples are in an epoch's order.
  ///
  /// - Precondition: `0 <= batch < batchCount`.
  public func range(of batch: Int) -> Range<Int> {
    precondition(
      batch >= 0 && batch < batchCount, "BatchPlan: no batch \(batch) among \(batchCount)")
    return batch * batchSize..<min(count, batch * batchSize + batchSize)
  }

  /// The order of the samples in an epoch, every one once.
  ///
  /// - Cost: one pass, one random number a sample.
  public func order(epoch: Int) -> [Int] {
    var order = Array(0..<count)
    guard let seed else { return order }
    var random = CounterRandom(seed, UInt64(bitPattern: Int64(epoch)))
    // Fisher and Yates, from the end.
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, random.below(last + 1))
    }
    return order
  }
}
