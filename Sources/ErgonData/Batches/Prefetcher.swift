import Dispatch
import Synchronization

/// Prepares the next batches on another thread while this one works on the last.
///
/// Batches come in order, one thread makes them all, and there are never more of them than was
/// asked for: memory stays flat. An error comes where its batch would have been, and ends the
/// sequence. Letting go of the prefetcher stops the thread and waits for it.
///
/// ```swift
/// let batches = Prefetcher(count: 100, initial: [Float]()) { index, batch in
///   batch = try read(index)             // or write into the batch of some turns ago
/// }
/// while let batch = try batches.next() { step(batch) }
/// ```
public final class Prefetcher<Batch: Sendable, Failure: Error>: Sendable {
  private let channel: Channel

  /// Starts to prepare batches.
  ///
  /// - Parameters:
  ///   - count: How many batches there are.
  ///   - depth: How many wait ready, beside the one in use.
  ///   - initial: What `fill` is given while there is no used batch to write into.
  ///   - fill: Makes the batch of an index, in the memory of an earlier one if it likes.
  /// - Precondition: `count >= 0` and `depth > 0`.
  public init(
    count: Int, depth: Int = 2, initial: Batch,
    fill: @escaping @Sendable (Int, inout Batch) throws(Failure) -> Void
  ) {
    precondition(count >= 0 && depth > 0, "Prefetcher: \(count) batches, \(depth) ahead")
    let channel = Channel()
    self.channel = channel
    // One more than waits ready: the one in use.
    for _ in 0...depth { channel.room.signal() }
    DispatchQueue(label: "ergon.prefetch").async {
      channel.produce(count: count, initial: initial, fill: fill)
    }
  }

  deinit { stop() }

  /// The next batch; `nil` after the last, and after a stop or an error.
  ///
  /// To be called by one thread at a time.
  ///
  /// - Throws: What making this batch threw.
  public func next() throws(Failure) -> Batch? {
    // Whoever asks for the next batch is done with the last, whose memory goes round again.
    let isFinished = channel.state.withLock { state in
      if let lent = state.lent {
        state.lent = nil
        state.used.append(lent)
        channel.room.signal()
      }
      return state.isFinished
    }
    if isFinished { return nil }
    channel.ready.wait()
    let result: Result<Batch, Failure>? = channel.state.withLock { state in
      guard !state.made.isEmpty else {
        state.isFinished = true
        return nil
      }
      let result = state.made.removeFirst()
      if case .success(let batch) = result { state.lent = batch } else { state.isFinished = true }
      return result
    }
    return try result?.get()
  }

  /// Ends the preparation and waits until nothing runs any more; ``next()`` then gives `nil`.
  ///
  /// Safe to call from any thread and as often as one likes.
  public func stop() {
    channel.state.withLock { state in
      state.isStopped = true
      state.isFinished = true
    }
    channel.room.signal()
    channel.ended.wait()
    channel.ended.signal()
  }

  /// What both threads share; it outlives the prefetcher until the thread has ended.
  private final class Channel: Sendable {
    struct State: Sendable {
      var made: [Result<Batch, Failure>] = []
      var used: [Batch] = []
      /// The batch in the consumer's hands.
      var lent: Batch?
      var isStopped = false
      var isFinished = false
    }

    let state = Mutex(State())
    // They begin at zero, because a semaphore must not end below where it began.
    let room = DispatchSemaphore(value: 0)
    let ready = DispatchSemaphore(value: 0)
    let ended = DispatchSemaphore(value: 0)

    func produce(
      count: Int, initial: Batch, fill: (Int, inout Batch) throws(Failure) -> Void
    ) {
      defer {
        // Also wakes a consumer that waits for more than there is.
        ready.signal()
        ended.signal()
      }
      for index in 0..<count {
        room.wait()
        guard var batch = free(initial) else { return }
        do throws(Failure) {
          try fill(index, &batch)
        } catch {
          state.withLock { $0.made.append(.failure(error)) }
          return
        }
        state.withLock { $0.made.append(.success(batch)) }
        ready.signal()
      }
    }

    /// Memory to write the next batch into; `nil` when somebody asked to stop.
    private func free(_ initial: Batch) -> Batch? {
      state.withLock { $0.isStopped ? nil : $0.used.popLast() ?? initial }
    }
  }
}
