import Dispatch
import ErgonWorkload

/// Where the answers of one model are computed: one step at a time, on a thread of its own.
actor GenerationEngine {
  private let executor = EngineExecutor()
  /// A session that nobody uses; its cache may already know how the next prompt begins.
  private var idle: GenerationSession?

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  func run(
    _ language: LanguageModel, _ prompt: [TokenID], _ options: GenerationOptions,
    _ context: some WorkloadContext, emit: @Sendable (Generation.Piece) -> Void
  ) async throws {
    let session: GenerationSession
    if let idle {
      session = idle
      self.idle = nil
    } else {
      session = try GenerationSession(language)
    }
    defer { idle = session }
    try session.begin(prompt, options: options)
    while true {
      try Task.checkCancellation()
      if try session.readPrompt() {
        try report(session, "prompt", to: context)
      } else if let piece = try session.step() {
        emit(piece)
        try report(session, "answer", to: context)
      } else {
        return
      }
      // Lets answers asked for meanwhile take their turn.
      await Task.yield()
    }
  }

  private func report(
    _ session: GenerationSession, _ stage: String, to context: some WorkloadContext
  ) throws {
    let counts = session.counts
    try context.report(
      WorkloadProgress(
        stage: stage, completed: Double(counts.generated), counts: session.workload(counts)))
  }
}

/// Runs an actor's jobs in order on a queue, whose threads are not those of the concurrency runtime.
private final class EngineExecutor: SerialExecutor {
  private let queue = DispatchQueue(label: "ergon.generation")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedSerialExecutor()
    queue.async { job.runSynchronously(on: executor) }
  }
}
