import ErgonLM
import ErgonTensor
import Testing

@testable import ErgonLMTraining

@Suite("packed sequences") struct PackedSequencesTests {
  /// A file whose token at place i is i.
  static func withCounting<R>(_ count: Int, _ body: (TokenFile) throws -> R) throws -> R {
    try withTemporaryFolder { folder in
      let tokenizer = PlainTokenizer(extraTokens: count)
      let writer = try TokenFileWriter(folder + "a", tokenizer: tokenizer)
      try writer.append(tokens: (0..<TokenID(count)).map { $0 })
      try writer.finish()
      return try body(try TokenFile(folder + "a"))
    }
  }

  static func rows(_ tensor: Tensor<Int32>) -> [[Int32]] {
    let values = tensor.withElements { Array($0) }
    let length = tensor.shape[1]
    return stride(from: 0, to: values.count, by: length).map { Array(values[$0..<$0 + length]) }
  }

  @Test("an order has every number once", arguments: [1, 2, 3, 17, 255, 256, 257, 1000, 65_537])
  func permutation(count: Int) {
    let order = IndexPermutation(count: count, random: RandomStream(seed: 3))
    let numbers = (0..<count).map { order[$0] }
    #expect(numbers.sorted() == Array(0..<count))
    if count > 100 { #expect(numbers != Array(0..<count)) }
  }

  @Test("the first of an order is any number equally often")
  func uniform() {
    var hits = [Double](repeating: 0, count: 10)
    for pass in 0..<2000 {
      let random = RandomStream(seed: 1).stream(named: "\(pass)")
      hits[IndexPermutation(count: 10, random: random)[0]] += 1
    }
    let chiSquare = hits.reduce(0) { $0 + ($1 - 200) * ($1 - 200) / 200 }
    #expect(chiSquare < 27.9)  // 99.9 % of nine degrees of freedom
  }

  @Test("a pass predicts every token of its cut once, and the next is cut and ordered otherwise")
  func passes() throws {
    try Self.withCounting(1000) { file in
      let source = try file.sequences(of: 7, batch: 3, seed: 5)
      #expect(source.windowCount == 142)
      var passes: [[Int32]] = []
      var starts: [Int32] = []
      for step in 0..<142 {
        let batch = source.batch(at: step)
        for (input, target) in zip(Self.rows(batch.inputs), Self.rows(batch.targets)) {
          #expect(input == (0..<7).map { input[0] + $0 })
          #expect(target == input.map { $0 + 1 })
          starts.append(input[0])
          if starts.count == 142 {
            passes.append(starts)
            starts = []
          }
        }
      }
      #expect(passes.count == 3)
      for pass in passes {
        let sorted = pass.sorted()
        #expect(sorted == (0..<142).map { sorted[0] + 7 * $0 })
        #expect(sorted[0] >= 0 && sorted[0] + 142 * 7 < 1000)
      }
      #expect(passes[0] != passes[1])
      #expect(Set(passes.map { $0.min()! }).count > 1)
    }
  }

  @Test("a batch depends on seed and step alone")
  func reproducible() throws {
    try Self.withCounting(500) { file in
      let source = try file.sequences(of: 5, batch: 4, seed: 5)
      let batches = (0..<60).map { Self.rows(source.batch(at: $0).inputs) }
      let again = try file.sequences(of: 5, batch: 4, seed: 5)
      for step in [59, 3, 40] { #expect(Self.rows(again.batch(at: step).inputs) == batches[step]) }
      let other = try file.sequences(of: 5, batch: 4, seed: 6)
      #expect(Self.rows(other.batch(at: 0).inputs) != batches[0])
      #expect(Self.rows(source.batch(at: 1 << 40).inputs).count == 4)
    }
  }

  @Test("windows in order predict each token but the first once, with all bytes", arguments: 1...9)
  func windows(length: Int) throws {
    try withTemporaryFolder { folder in
      for dropsLeadingSpace in [false, true] {
        let tokenizer = PlainTokenizer(dropsLeadingSpace: dropsLeadingSpace)
        try TokenFileTests.write(TokenFileTests.texts, tokenizer, to: folder + "a")
        let file = try TokenFile(folder + "a")
        let batches = try file.windows(of: length, batch: 3)
        let targets = batches.flatMap { $0.targets.withElements { $0.filter { $0 >= 0 } } }
        #expect(targets == file[1..<file.count])
        #expect(batches.reduce(0) { $0 + $1.textBytes } == file.textBytes)
        for batch in batches {
          #expect(batch.inputs.withElements { $0.allSatisfy { (0..<258).contains($0) } })
        }
      }
    }
  }

  @Test("some windows lie evenly over the text")
  func someWindows() throws {
    try Self.withCounting(1001) { file in
      let batches = try file.windows(of: 10, batch: 8, most: 10)
      let first = batches.flatMap { Self.rows($0.inputs).map { $0[0] } }
      #expect(first == (0..<10).map { 100 * $0 })
    }
  }

  @Test("a text shorter than a sequence is refused")
  func short() throws {
    try Self.withCounting(8) { file in
      #expect(throws: LMError.self) { try file.sequences(of: 8, batch: 1) }
      #expect(try file.sequences(of: 7, batch: 1).windowCount == 1)
      try withTemporaryFolder { folder in
        try TokenFileWriter(folder + "e", tokenizer: PlainTokenizer()).finish()
        let empty = try TokenFile(folder + "e")
        #expect(empty.count == 0 && empty.documentCount == 0)
        #expect(throws: LMError.self) { try empty.windows(of: 4, batch: 1) }
      }
    }
  }
}
