import CErgonKernels

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
