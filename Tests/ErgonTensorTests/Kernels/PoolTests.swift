import CErgonKernels
import ErgonTensor
import Foundation
import Synchronization
import Testing

@Suite("The kernels' thread pool")
struct PoolTests {
  /// Runs `body` on each piece of 0 ..< count.
  static func loop(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { pointer in
        ek_parallel_for(
          count, grain,
          { context, begin, end in
            context!.assumingMemoryBound(to: ((Range<Int>) -> Void).self).pointee(begin..<end)
          }, UnsafeMutableRawPointer(mutating: pointer))
      }
    }
  }

  static func withThreads(_ threads: Int32, _ body: () -> Void) {
    KernelMachine.onThreads(threads) { KernelMachine.onPlain(body) }
  }

  @Test("is counted, loops and waiting, where whoever meters can see it")
  func activity() {
    let before = Compute.activity
    Self.withThreads(2) { for _ in 0..<100 { Self.loop(64, grain: 1) { _ in } } }
    let after = Compute.activity
    // Another test's loop may have had the pool for some of them.
    #expect(after.loops > before.loops)
    #expect(after.pauses + after.sleeps >= before.pauses + before.sleeps)
  }

  @Test("does every piece once, of the size asked for", arguments: [1, 2, 4] as [Int32])
  func pieces(threads: Int32) {
    Self.withThreads(threads) {
      for (count, grain) in [
        (0, 1), (1, 1), (1, 5), (7, 1), (7, 3), (100, 7), (1000, 1), (64, 64), (65, 64), (9, 0),
      ] {
        let lock = NSLock()  // One that the thread sanitizer knows.
        nonisolated(unsafe) var seen: [Range<Int>] = []
        Self.loop(count, grain: grain) { range in lock.withLock { seen.append(range) } }
        let step = max(grain, 1)
        let wanted = stride(from: 0, to: count, by: step).map { $0..<min($0 + step, count) }
        #expect(seen.sorted { $0.lowerBound < $1.lowerBound } == wanted)
      }
    }
  }

  @Test("what the pieces wrote is there when the loop is over", arguments: [1, 2, 4] as [Int32])
  func sums(threads: Int32) {
    Self.withThreads(threads) {
      for round in 1...2000 {
        let count = 1 + round % 97
        let sum = Atomic(0)
        var squares = [Int](repeating: 0, count: count)
        squares.withUnsafeMutableBufferPointer { squares in
          nonisolated(unsafe) let squares = squares
          Self.loop(count, grain: 1 + round % 5) { range in
            for i in range {
              squares[i] = i * i
              sum.wrappingAdd(i, ordering: .relaxed)
            }
          }
        }
        #expect(sum.load(ordering: .relaxed) == count * (count - 1) / 2)
        #expect(squares.last == (count - 1) * (count - 1))
      }
    }
  }

  @Test("a loop inside a loop runs on its own thread")
  func nested() {
    Self.withThreads(4) {
      let sum = Atomic(0)
      let strayed = Atomic(0)
      Self.loop(16, grain: 1) { outer in
        let thread = pthread_self()
        Self.loop(10, grain: 2) { inner in
          if pthread_equal(thread, pthread_self()) == 0 {
            strayed.wrappingAdd(1, ordering: .relaxed)
          }
          for i in inner { sum.wrappingAdd(outer.lowerBound * i, ordering: .relaxed) }
        }
      }
      #expect(sum.load(ordering: .relaxed) == 120 * 45)
      #expect(strayed.load(ordering: .relaxed) == 0)
    }
  }

  @Test("several threads may call at once")
  func concurrentCallers() async {
    let total = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          let sum = Atomic(0)
          for _ in 0..<500 {
            Self.loop(20, grain: 3) { for i in $0 { sum.wrappingAdd(i, ordering: .relaxed) } }
          }
          return sum.load(ordering: .relaxed)
        }
      }
      return await group.reduce(0, +)
    }
    #expect(total == 4 * 500 * 190)
  }

  @Test("its threads leave signals to the program")
  func signals() {
    Self.withThreads(4) {
      let caller = pthread_self()
      let open = Atomic(0)
      let helped = Atomic(0)
      for _ in 0..<200 where helped.load(ordering: .relaxed) == 0 {
        Self.loop(64, grain: 1) { _ in
          // A piece long enough for others to wake and take part.
          var sum = 0.0
          for i in 1..<2000 { sum += 1 / Double(i) }
          guard sum > 0, pthread_equal(caller, pthread_self()) == 0 else { return }
          helped.wrappingAdd(1, ordering: .relaxed)
          var mask = sigset_t()
          pthread_sigmask(SIG_SETMASK, nil, &mask)
          for signal in [SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGALRM]
          where sigismember(&mask, signal) != 1 {
            open.wrappingAdd(1, ordering: .relaxed)
          }
        }
      }
      #expect(open.load(ordering: .relaxed) == 0)
    }
  }

  @Test("with one thread everything runs on the caller's")
  func oneThread() {
    Self.withThreads(1) {
      let caller = pthread_self()
      let strayed = Atomic(0)
      Self.loop(100, grain: 1) { _ in
        if pthread_equal(caller, pthread_self()) == 0 {
          strayed.wrappingAdd(1, ordering: .relaxed)
        }
      }
      #expect(strayed.load(ordering: .relaxed) == 0)
    }
  }

  @Test("counts loops that used more than the caller")
  func counters() {
    Self.withThreads(2) {
      let before = ek_pool_count().loops
      for _ in 0..<50 { Self.loop(100, grain: 1) { _ in } }
      #expect(ek_pool_count().loops > before)
    }
  }

  @Test("the number of threads is what was set, or every core")
  func threadCount() {
    Self.withThreads(3) { #expect(ek_threads() == 3) }
    Self.withThreads(0) { #expect(ek_threads() >= 1) }
  }
}
