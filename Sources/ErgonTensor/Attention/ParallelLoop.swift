import CErgonKernels
import Synchronization

/// Runs `body` over `0 ..< count` in ranges of at most `grain`, on the kernels' threads.
///
/// The ranges must not touch each other's memory. Kernels called inside use one thread.
package func parallelLoop(_ count: Int, grain: Int = 1, _ body: (Range<Int>) -> Void) {
  withoutActuallyEscaping(body) { body in
    withUnsafePointer(to: body) { pointer in
      ek_parallel_for(
        count, grain,
        { context, begin, end in
          let body = UnsafeRawPointer(context!).assumingMemoryBound(
            to: ((Range<Int>) -> Void).self)
          body.pointee(begin..<end)
        }, UnsafeMutableRawPointer(mutating: pointer))
    }
  }
}

/// The same for a body that can fail: a failure ends its range, and the one of the lowest range is
/// thrown, whichever thread meets its own first.
package func tryParallelLoop<E: Error>(
  _ count: Int, grain: Int = 1, _ body: (Range<Int>) throws(E) -> Void
) throws(E) {
  let lowest = Mutex<(place: Int, error: E)?>(nil)
  parallelLoop(count, grain: grain) { part in
    do throws(E) {
      try body(part)
    } catch {
      lowest.withLock {
        if $0.map({ part.lowerBound < $0.place }) ?? true { $0 = (part.lowerBound, error) }
      }
    }
  }
  if let error = lowest.withLock({ $0?.error }) { throw error }
}
