import CErgonKernels
import ErgonLM
import ErgonTensor
import ErgonWorkload
import Synchronization

/// The drawing of some texts: lanes that each hold one, go on together, and take the next number
/// when theirs ends.
final class TextSampling<Context: WorkloadContext>: Sendable {
  /// Texts that a thread has in hand: enough that the products are no longer made row by row, few
  /// enough that their keys and values stay near.
  private static var lanes: Int { 32 }
  /// Steps from one report to the next.
  private static var reportSteps: Int { 16 }

  private let source: SampledText
  private let numbers: Range<Int>
  private let context: Context
  private let state: Mutex<State>

  private struct State {
    var next: Int
    var finished: [SampledText.Text?]
    var done = 0
    var drawn = 0
  }

  init(_ source: SampledText, _ numbers: Range<Int>, _ context: Context) {
    self.source = source
    self.numbers = numbers
    self.context = context
    state = Mutex(
      State(
        next: numbers.lowerBound, finished: Array(repeating: nil, count: numbers.count)))
  }

  func run() throws -> [SampledText.Text] {
    // A model that fits a processor's own cache is read by each thread; of a larger one every product
    // is shared out.
    let groups = source.model.bytesPerToken <= 4 << 20 ? Compute.threads : 1
    if groups == 1 {
      try runLanes(2 * Self.lanes)
    } else {
      try tryParallelLoop(groups) { (range) throws(any Error) in
        for _ in range { try runLanes(Self.lanes) }
      }
    }
    return state.withLock { $0.finished.map { $0! } }
  }

  private struct Lane {
    let number: Int
    let sequence: SequenceID
    var text: SampledText.Text
    var random: RandomStream
    var last: TokenID

    mutating func append(
      _ logits: UnsafePointer<Float>, _ choice: inout TokenChoice, _ source: SampledText
    ) {
      last = choice.draw(logits, &random, &text)
      text.isWhole = source.ends.contains(last)
      // A beginning that ends a text is the next one's.
      if !text.isWhole || last != source.beginning { text.tokens.append(last) }
    }
  }

  private func runLanes(_ most: Int) throws {
    let model = source.model
    let cache = try model.makeCache(positions: source.limit, sequences: most)
    let vocabulary = model.configuration.vocabularySize
    var logits = [Float](repeating: 0, count: most * vocabulary)
    var choice = TokenChoice(vocabulary)
    var lanes: [Lane] = []
    var steps = 0
    var drawn = 0
    while true {
      while lanes.count < most, let lane = try take(cache) { lanes.append(lane) }
      if lanes.isEmpty { return }
      let states = try model.forward(
        TokenBatch(lanes.map { .init($0.sequence, tokens: [$0.last]) }), cache)
      states.withRow(0) { states in
        logits.withUnsafeMutableBufferPointer {
          model.head.logits(lanes.count, states, into: $0.baseAddress!)
        }
      }
      drawn += lanes.count
      logits.withUnsafeBufferPointer { logits in
        for index in lanes.indices {
          lanes[index].append(logits.baseAddress! + index * vocabulary, &choice, source)
        }
      }
      for lane in lanes where isFinished(lane) { cache.remove(lane.sequence) }
      let ended = lanes.filter(isFinished)
      lanes.removeAll(where: isFinished)
      steps += 1
      if !ended.isEmpty || steps % Self.reportSteps == 0 {
        try note(ended, drawn)
        drawn = 0
      }
    }
  }

  private func isFinished(_ lane: Lane) -> Bool {
    lane.text.isWhole || lane.text.tokens.count >= source.limit
  }

  /// The next text that nobody has begun.
  private func take(_ cache: KeyValueCache) throws -> Lane? {
    let number = state.withLock { state -> Int? in
      guard state.next < numbers.upperBound else { return nil }
      defer { state.next += 1 }
      return state.next
    }
    guard let number else { return nil }
    return Lane(
      number: number, sequence: try cache.makeSequence(),
      text: SampledText.Text(tokens: [source.beginning]),
      random: RandomStream(seed: source.seed).stream(named: "text \(number)"),
      last: source.beginning)
  }

  private func note(_ ended: [Lane], _ drawn: Int) throws {
    try state.withLock { state in
      for lane in ended { state.finished[lane.number - numbers.lowerBound] = lane.text }
      state.done += ended.count
      state.drawn += drawn
      try context.report(
        WorkloadProgress(
          stage: "sample", completed: Double(state.done), total: Double(numbers.count),
          counts: WorkloadCounts(
            items: UInt64(state.drawn),
            operations: UInt64(state.drawn)
              * UInt64(2 * source.model.configuration.weightsPerToken))))
    }
  }
}

/// Draws a token from the whole of a distribution.
struct TokenChoice {
  private var probabilities: [Float]

  init(_ vocabulary: Int) { probabilities = [Float](repeating: 0, count: vocabulary) }

  /// - Parameter logits: As many as the vocabulary has tokens.
  mutating func draw(
    _ logits: UnsafePointer<Float>, _ random: inout RandomStream, _ text: inout SampledText.Text
  ) -> TokenID {
    let count = probabilities.count
    let uniform = Double(random.next() >> 11) * 0x1p-53
    return probabilities.withUnsafeMutableBufferPointer { p in
      let p = p.baseAddress!
      var logSum: Float = 0
      ek_softmax_f32(1, count, 1, logits, p)
      ek_log_sum_exp_f32(1, count, logits, &logSum)
      var mass = 0.0
      for token in 0..<count { mass += Double(p[token]) }
      // The first token whose share of the mass reaches past the number drawn.
      var left = uniform * mass
      var chosen = 0
      for token in 0..<count where p[token] > 0 {
        chosen = token
        left -= Double(p[token])
        if left < 0 { break }
      }
      text.drawn += 1
      text.surprise += Double(logSum - logits[chosen])
      text.entropy += Double(logSum) - Double(ek_dot_f32(count, p, logits))
      return TokenID(chosen)
    }
  }
}
