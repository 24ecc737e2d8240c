import ErgonLM
import ErgonNN
import ErgonTensor
import Testing

@testable import ErgonLMTraining

@Suite struct InstructionExamplesTests {
  private func read(_ text: String) throws(LMError) -> InstructionExamples {
    try Array(text.utf8).withUnsafeBufferPointer { (bytes) throws(LMError) in
      try InstructionExamples(bytes: UnsafeRawBufferPointer(bytes), source: "a.jsonl")
    }
  }

  @Test("the three forms are read, blank lines and line ends of either kind passed over")
  func forms() throws {
    let lines = [
      #"{"instruction": "Name a river.", "input": "", "output": "The Meuse."}"# + "\r",
      #"{"instruction": "Add.", "input": "1 and 2", "output": "3"}"#, "",
      #"{"prompt": "One, two,", "completion": " three"}"#,
      #"{"messages": [{"role": "system", "content": "Be brief."}, "#
        + #"{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}"#,
    ]
    let set = try read(lines.joined(separator: "\n"))
    let wanted: [InstructionExamples.Example] = [
      .conversation([
        ChatMessage(.user, "Name a river."), ChatMessage(.assistant, "The Meuse."),
      ]),
      .conversation([ChatMessage(.user, "Add.\n\n1 and 2"), ChatMessage(.assistant, "3")]),
      .completion(prompt: "One, two,", completion: " three"),
      .conversation([
        ChatMessage(.system, "Be brief."), ChatMessage(.user, "Hi"),
        ChatMessage(.assistant, "Hello"),
      ]),
    ]
    #expect(set.examples == wanted)
  }

  @Test(
    "what is no example is refused with its line",
    arguments: [
      "{", "[]", "{}", #"{"instruction": 1, "output": "a"}"#, #"{"instruction": "a"}"#,
      #"{"prompt": "a", "completion": ""}"#, #"{"messages": "a"}"#, #"{"messages": []}"#,
      #"{"messages": [{"role": "robot", "content": "a"}]}"#,
      #"{"messages": [{"role": "user", "content": "a"}]}"#,
      #"{"messages": [{"role": "assistant", "content": "a"}]}"#,
      #"{"messages": [{"role": "user"}, {"role": "assistant", "content": "a"}]}"#,
    ])
  func refusals(line: String) {
    let text = #"{"prompt": "a", "completion": "b"}"# + "\n\n" + line
    let error = #expect(throws: LMError.self) { try read(text) }
    #expect(error?.description.contains("line 3") == true, "\(String(describing: error))")
    #expect(throws: LMError.self) { try read("\n \n") }
  }

  private func tokenizer() throws -> any Tokenizer { try SmallLanguage.tokenizer().tokenizer() }

  @Test("only answers and their ends are targets, in the words that the model is asked in")
  func targets() throws {
    let tokenizer = try tokenizer()
    let set = InstructionExamples([
      .conversation([ChatMessage(.user, "the mill?"), ChatMessage(.assistant, "the river")])
    ])
    let source = try set.sequences(of: 64, batch: 2, tokenizer: tokenizer)
    let question = tokenizer.encode("User: the mill?\nAssistant:", addingSpecial: false)
    let answer = tokenizer.encode(" the river", addingSpecial: false) + [0]
    let whole = question + answer
    let batch = source.batch(at: 0)
    #expect(batch.inputs.shape == [2, whole.count - 1])
    #expect(Array(batch.inputs.values[..<(whole.count - 1)]) == Array(whole.dropLast()))
    let silent = [TokenID](repeating: -1, count: question.count - 1)
    #expect(Array(batch.targets.values[..<(whole.count - 1)]) == silent + answer)
  }

  @Test("questions and the padding behind answers have no gradient, answers and their ends have")
  func gradient() throws {
    let tokenizer = try tokenizer()
    let set = InstructionExamples([
      .completion(prompt: "the cat", completion: " sleeps"),
      .completion(prompt: "in the evening it", completion: " rained, and in the night"),
    ])
    let batch = try set.sequences(of: 64, batch: 2, tokenizer: tokenizer).batch(at: 0)
    var random = RandomStream(seed: 4)
    let logits = Tensor<Float>.normal([2, batch.inputs.shape[1], 288], using: &random)
    let slope = ErgonTensor.gradient(at: logits) { crossEntropy($0, batch.targets) }.values
    for (place, target) in batch.targets.values.enumerated() {
      let row = slope[(place * 288)..<((place + 1) * 288)]
      #expect(row.contains { $0 != 0 } == (target >= 0))
    }
    #expect(batch.targets.values.count { $0 == 0 } == 2)
  }

  @Test("every pass has all answers in an order of its own, the same for the same seed")
  func order() throws {
    let set = InstructionExamples((0..<7).map { .completion(prompt: "a", completion: " \($0)") })
    let source = try set.sequences(of: 16, batch: 7, tokenizer: tokenizer(), seed: 3)
    let passes = (0..<3).map { source.batch(at: $0).inputs.values }
    #expect(passes[0] != passes[1] && passes[1] != passes[2])
    #expect(source.batch(at: 1).inputs.values == passes[1])
    let again = try set.sequences(of: 16, batch: 7, tokenizer: tokenizer(), seed: 3)
    #expect(again.batch(at: 2).inputs.values == passes[2])
    let steps = source.batch(at: 0).inputs.shape[1]
    let rows = passes.map { pass in
      Set((0..<7).map { Array(pass[($0 * steps)..<(($0 + 1) * steps)]) })
    }
    #expect(rows[0].count == 7 && rows[0] == rows[1])
  }

  @Test("answers that do not fit are left out and counted; where none fits that is an error")
  func length() throws {
    let set = InstructionExamples([
      .completion(prompt: "a", completion: "b"),
      .completion(prompt: "a", completion: String(repeating: "7", count: 40)),
    ])
    let source = try set.sequences(of: 8, batch: 1, tokenizer: tokenizer())
    #expect(source.count == 1 && source.leftOut == 1)
    let long = InstructionExamples([set.examples[1]])
    let plain = try tokenizer()
    #expect(throws: LMError.self) { try long.sequences(of: 8, batch: 1, tokenizer: plain) }
  }

  @Test("a network that is tuned on an answer gives it, and ends it")
  func learning() throws {
    let tokenizer = try tokenizer()
    let network = try SmallLanguage.network(steps: 20)
    let set = InstructionExamples([
      .conversation([ChatMessage(.user, "Who?"), ChatMessage(.assistant, "The cat.")]),
      .conversation([ChatMessage(.user, "Where?"), ChatMessage(.assistant, "In the sun.")]),
    ])
    var settings = PretrainingSettings.fullPrecision(steps: 40, rate: 2e-3)
    settings.evaluations = 1
    let source = try set.sequences(of: 48, batch: 2, tokenizer: tokenizer)
    try pretrain(network, on: source, settings: settings)
    let model = try TransformerModel(network.modelFile())
    let format = try ChatFormat(tokenizer: tokenizer, templateSource: nil, name: "plain")
    for (question, answer) in [("Who?", " The cat."), ("Where?", " In the sun.")] {
      let wanted = tokenizer.encode(answer, addingSpecial: false) + [0]
      let said = try model.greedy(
        format.tokens([ChatMessage(.user, question)]), count: wanted.count)
      #expect(said == wanted, "'\(tokenizer.decode(said))' instead of '\(answer)'")
    }
  }
}
