import Testing

@testable import ErgonLM

@Suite("Batched generation")
struct BatchedGeneratorTests {
  private func prompts(_ count: Int) -> [[TokenID]] {
    let shared: [TokenID] = [256] + "a beginning that several share, ".utf8.map { TokenID($0) }
    return (0..<count).map { index in
      let own = (0..<(3 + 11 * index % 37)).map { place -> TokenID in
        TokenID((place * 31 + index * 7) % 256)
      }
      return (index % 2 == 0 ? shared : [256]) + own
    }
  }

  @Test("each answer is the one it would be alone, whoever joins and leaves", arguments: [1, 3, 8])
  func same(sequences: Int) throws {
    let tiny = try Fixture.tiny.get()
    let prompts = prompts(9)
    var options: [GenerationOptions] = []
    for index in prompts.indices {
      var own = Fixture.options(Fixture.drawing(UInt64(index)), tokens: 5 + 3 * index)
      if index % 3 == 0 { own.sampling = .greedy }
      own.ignoresEnd = index % 2 == 0
      options.append(own)
    }
    let alone = try zip(prompts, options).map {
      try GenerationSession(tiny).answer(to: $0, $1)
    }
    // Steps of 16 tokens cut the prompts in parts.
    let batch = try BatchedGenerator(tiny, sequences: sequences, batchTokens: 16)
    var ids: [BatchedGenerator.ID] = []
    var texts: [BatchedGenerator.ID: String] = [:]
    var tokens: [BatchedGenerator.ID: [TokenID]] = [:]
    var ends: [BatchedGenerator.ID: Generation.FinishReason] = [:]
    for index in 0..<5 { ids.append(try batch.add(prompts[index], options: options[index])) }
    var steps = 0
    while !batch.isEmpty || ids.count < prompts.count {
      if ids.count < prompts.count, steps % 3 == 2 {
        ids.append(try batch.add(prompts[ids.count], options: options[ids.count]))
      }
      for (id, piece) in try batch.step() {
        texts[id, default: ""] += piece.text
        tokens[id, default: []].append(piece.token.token)
        ends[id] = piece.finish
      }
      steps += 1
      #expect(steps < 1000)
    }
    for (id, expected) in zip(ids, alone) {
      #expect(tokens[id] == expected.tokens)
      #expect(texts[id] == expected.text)
      #expect(ends[id] == expected.finish)
    }
    #expect(batch.passes < alone.map(\.tokens.count).reduce(0, +) + 9 * 10)
  }

  @Test("an answer that is taken out leaves the others as they are")
  func removal() throws {
    let tiny = try Fixture.tiny.get()
    let prompts = prompts(3)
    var options = Fixture.options(tokens: 12)
    options.ignoresEnd = true
    let alone = try GenerationSession(tiny).answer(to: prompts[2], options).tokens
    let batch = try BatchedGenerator(tiny, sequences: 2)
    let ids = try prompts.map { try batch.add($0, options: options) }
    _ = try batch.step()
    _ = try batch.step()
    batch.remove(ids[0])
    batch.remove(ids[0])
    var third: [TokenID] = []
    while !batch.isEmpty {
      for (id, piece) in try batch.step() {
        #expect(id != ids[0])
        if id == ids[2] { third.append(piece.token.token) }
      }
    }
    #expect(third == alone)
  }

  @Test("an answer that cannot go on leaves, and the others go on as they would have")
  func fault() throws {
    /// Allows two tokens and then none.
    struct Nothing: TokenConstraint {
      var left = 2
      var isComplete: Bool { false }
      mutating func restrict(_ mask: inout TokenMask) {
        if left == 0 { mask = TokenMask(count: mask.count, allowed: false) }
      }
      mutating func accept(_ token: TokenID) -> Bool {
        left -= 1
        return true
      }
    }
    let tiny = try Fixture.tiny.get()
    let prompts = prompts(3)
    var options = Fixture.options(tokens: 8)
    options.ignoresEnd = true
    let alone = try prompts.map { try GenerationSession(tiny).answer(to: $0, options).tokens }
    let batch = try BatchedGenerator(tiny, sequences: 3)
    var ids: [BatchedGenerator.ID] = []
    for (index, prompt) in prompts.enumerated() {
      var own = options
      if index == 1 { own.constraint = Nothing() }
      ids.append(try batch.add(prompt, options: own))
    }
    var tokens: [BatchedGenerator.ID: [TokenID]] = [:]
    var faults = 0
    while !batch.isEmpty, faults < 10 {
      do {
        for (id, piece) in try batch.step() { tokens[id, default: []].append(piece.token.token) }
      } catch {
        faults += 1
      }
    }
    #expect(faults == 1)
    #expect(tokens[ids[0]] == alone[0])
    #expect(tokens[ids[1]] == Array(alone[1].prefix(2)))
    #expect(tokens[ids[2]] == alone[2])
    #expect(throws: LMError.self) { try batch.add([5, 5000], options: options) }
    #expect(batch.isEmpty)
  }

  @Test("a text that begins like a running one is not read again")
  func sharing() throws {
    let tiny = try Fixture.tiny.get()
    let shared: [TokenID] = [256] + (0..<60).map { TokenID($0) }
    let batch = try BatchedGenerator(tiny, sequences: 2)
    var options = Fixture.options(tokens: 20)
    options.ignoresEnd = true
    _ = try batch.add(shared + [1], options: options)
    _ = try batch.step()
    let second = try batch.add(shared + [2, 3], options: options)
    _ = try batch.step()
    #expect(batch.counts(of: second)?.reused == shared.count)
    #expect(batch.counts(of: second)?.evaluated == 2)
  }
}
