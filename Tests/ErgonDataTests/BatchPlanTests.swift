import Synchronization
import Testing

@testable import ErgonData

@Suite("Batches")
struct BatchPlanTests {
  @Test(
    "an epoch has every sample once, but for a last batch that is dropped",
    arguments: [(0, 4, 0, 0), (1, 4, 1, 0), (8, 4, 2, 2), (9, 4, 3, 2), (3, 64, 1, 0)])
  func counts(count: Int, size: Int, all: Int, whole: Int) {
    let plan = BatchPlan(count: count, batchSize: size, seed: 3)
    #expect(plan.batchCount == all)
    #expect((0..<all).flatMap { Array(plan.range(of: $0)) } == Array(0..<count))
    #expect(plan.order(epoch: 5).sorted() == Array(0..<count))
    let dropping = BatchPlan(count: count, batchSize: size, dropsLast: true)
    #expect(dropping.batchCount == whole)
    #expect((0..<whole).allSatisfy { dropping.range(of: $0).count == size })
  }

  @Test("the order depends on seed and epoch and on nothing else")
  func order() {
    let plan = BatchPlan(count: 100, batchSize: 10, seed: 1)
    #expect(plan.order(epoch: 0) == BatchPlan(count: 100, batchSize: 7, seed: 1).order(epoch: 0))
    #expect(plan.order(epoch: 0) != plan.order(epoch: 1))
    #expect(plan.order(epoch: 0) != BatchPlan(count: 100, batchSize: 10, seed: 2).order(epoch: 0))
    #expect(BatchPlan(count: 5, batchSize: 2).order(epoch: 9) == [0, 1, 2, 3, 4])
    // Kept results depend on this very order.
    #expect(BatchPlan(count: 8, batchSize: 2, seed: 7).order(epoch: 3) == [0, 1, 5, 3, 7, 2, 6, 4])
  }

  @Test("every sample is as likely in every place, within four standard deviations")
  func uniform() {
    let plan = BatchPlan(count: 6, batchSize: 6, seed: 11)
    var hits = Array(repeating: 0, count: 36)
    for epoch in 0..<6000 {
      for (place, sample) in plan.order(epoch: epoch).enumerated() { hits[place * 6 + sample] += 1 }
    }
    // Binomial, 6,000 draws of probability 1/6: standard deviation 28.9.
    #expect(hits.allSatisfy { abs($0 - 1000) < 116 })
  }
}

@Suite("Batches prepared ahead")
struct PrefetcherTests {
  struct Broken: Error, Equatable { let index: Int }

  @Test("they come in order and complete, however deep", arguments: [1, 2, 7])
  func order(depth: Int) {
    let batches = Prefetcher(count: 50, depth: depth, initial: -1) { index, batch in batch = index }
    var seen: [Int] = []
    while let batch = batches.next() { seen.append(batch) }
    #expect(seen == Array(0..<50))
    #expect(batches.next() == nil)
  }

  @Test("an error comes in the place of its batch, and nothing after it")
  func failure() throws {
    let batches = Prefetcher(count: 10, initial: 0) { index, batch throws(Broken) in
      if index == 3 { throw Broken(index: index) }
      batch = index
    }
    for index in 0..<3 { #expect(try batches.next() == index) }
    #expect(throws: Broken(index: 3)) { try batches.next() }
    #expect(try batches.next() == nil)
  }

  @Test("no more batches exist than were asked for, and their memory goes round")
  func bounded() {
    let made = Mutex(0)
    // Each batch keeps the number it was given when it was first made.
    let batches = Prefetcher(count: 40, depth: 2, initial: -1) { _, batch in
      if batch < 0 {
        batch = made.withLock { count in
          count += 1
          return count
        }
      }
    }
    var seen: Set<Int> = []
    while let batch = batches.next() { seen.insert(batch) }
    // Two ready and one in use.
    #expect(seen.count <= 3 && made.withLock { $0 } == seen.count)
  }

  @Test("letting go in the middle, or before the first, ends it", arguments: 0..<5)
  func letGo(taken: Int) {
    for _ in 0..<50 {
      let batches = Prefetcher(count: 1000, initial: 0) { index, batch in batch = index }
      for _ in 0..<taken { _ = batches.next() }
    }
    let batches = Prefetcher(count: 1000, initial: 0) { index, batch in batch = index }
    batches.stop()
    batches.stop()
    #expect(batches.next() == nil)
  }
}
