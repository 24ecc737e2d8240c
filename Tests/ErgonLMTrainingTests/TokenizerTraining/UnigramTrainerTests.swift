import ErgonLM
import ErgonTensor
import ErgonWorkload
import RealModule
import Testing

@testable import ErgonLMTraining

@Suite struct UnigramTrainerTests {
  private func trainer(_ size: Int) -> UnigramTrainer {
    UnigramTrainer(
      vocabularySize: size, specialTokens: ["<unk>", "<s>", "</s>"], roles: GoldenTokenizer.roles)
  }

  @Test("ψ is the derivative of the logarithm of the gamma function")
  func psi() {
    // ψ(1) = -γ, ψ(1/2) = -γ - 2 ln 2, ψ(x + 1) = ψ(x) + 1 / x.
    #expect(abs(digamma(1) + 0.577_215_664_901_532_9) < 1e-10)
    #expect(abs(digamma(0.5) + 1.963_510_026_021_423_5) < 1e-10)
    for x in [0.01, 0.7, 3.0, 6.9, 100.0] {
      #expect(abs(digamma(x + 1) - digamma(x) - 1 / x) < 1e-10)
    }
  }

  @Test("expected counts and likelihood are those of all cuts, one by one, long words too")
  func expectations() throws {
    var table = WordTable()
    for (word, count) in [("abab", 3), ("ba", 2), (String(repeating: "ab", count: 900), 1)] {
      Array(word.utf8).withUnsafeBufferPointer { table.add($0, count: Int64(count)) }
    }
    let words = CharacterWords(table, alphabet: [0x61, 0x62])
    let seeds = SeedPieces(words, limit: 5).pieces
    let lattice = UnigramLattice(words, seeds)
    let scores = seeds.indices.map { -1 - Double($0) * 0.7 }
    let texts = seeds.indices.map { words.text($0, seeds[$0].range) }
    // Forward sums over prefixes, each piece's count by the derivative of the likelihood.
    func likelihood(_ scores: [Double]) -> Double {
      var sum = 0.0
      for word in 0..<words.count {
        let text = Array(words.text(2, words.range(at: word)))
        var forward = [0.0] + Array(repeating: -Double.infinity, count: text.count)
        for end in 1...text.count {
          for (piece, score) in zip(texts, scores) where piece.count <= end {
            guard String(text[end - piece.count..<end]) == piece else { continue }
            let term = forward[end - piece.count] + score
            let high = max(forward[end], term)
            forward[end] = high + .log(.exp(forward[end] - high) + .exp(term - high))
          }
        }
        sum += Double(words.counts[word]) * forward[text.count]
      }
      return sum
    }
    let (expected, found) = lattice.expectations(scores: scores)
    #expect(abs(found - likelihood(scores)) < 1e-6 * abs(found))
    for piece in scores.indices {
      var (up, down) = (scores, scores)
      up[piece] += 1e-4
      down[piece] -= 1e-4
      let derivative = (likelihood(up) - likelihood(down)) / 2e-4
      #expect(abs(expected[piece] - derivative) < 1e-5 * max(1, derivative), "\(texts[piece])")
    }
  }

  @Test("what it learns writes any text, byte for byte, whatever the threads")
  func roundTrip() throws {
    let text = try GoldenTokenizer.text()
    let trained = try trainer(700).train(on: [text])
    let tokenizer = try trained.tokenizer()
    #expect(tokenizer.vocabularySize == 700 && trained.vocabularySize == 700)
    let texts = try GoldenTokenizer.json("texts.json").arrayValue!.map { $0.stringValue! }
    for text in texts + [text] where !text.contains("▁") {
      let ids = tokenizer.encode(text, addingSpecial: false)
      // Text from strangers never becomes a special token, nor a byte by its name.
      #expect(ids.allSatisfy { $0 > 2 }, "\(text)")
      #expect(Array(tokenizer.decode(ids).utf8) == Array(text.utf8), "\(text)")
    }
    let threads = Compute.threads
    defer { Compute.threads = threads }
    Compute.threads = 1
    let again = try trainer(700).train(on: [text])
    #expect(again.digest == trained.digest)
    // 2.4 bytes a token with 441 pieces beside bytes; single characters would be 1.
    #expect(tokenizer.encode(text).count * 2 < text.utf8.count)
  }

  @Test("the ids of the file are those that Hugging Face reads from it")
  func sameIDs() throws {
    let file = try GoldenTokenizer.json("unigram.json")
    let tokenizer = try TokenizerFiles(json: file.serialized()).tokenizer()
    let texts = try GoldenTokenizer.json("texts.json").arrayValue!.map { $0.stringValue! }
    for (kind, special, parsed) in [
      ("plain", false, true), ("around", true, true), ("literal", false, false),
    ] {
      let golden = try GoldenTokenizer.ids("unigram", kind)
      for (place, text) in texts.enumerated() {
        let ids = tokenizer.encode(text, addingSpecial: special, parsingSpecial: parsed)
        #expect(ids == golden[place], "\(kind): \(text)")
      }
    }
  }

  private func refusal(_ trainer: UnigramTrainer, _ texts: [String]) -> String {
    do {
      _ = try trainer.train(on: texts)
      return ""
    } catch { return "\(error)" }
  }

  @Test("what cannot be learnt is refused with what to do")
  func refuses() {
    let text = ["the same words again and again the same words"]
    let tooLarge = refusal(trainer(5_000), text)
    #expect(tooLarge.contains("supports at most"))
    let supported = tooLarge.split(separator: " ").compactMap { Int($0.filter(\.isNumber)) }[1]
    #expect(refusal(trainer(supported), text) == "")
    #expect(refusal(trainer(supported + 1), text) != "")
    #expect(refusal(trainer(260), text).contains("characters alone are"))
    #expect(refusal(trainer(300), []).contains("empty"))
  }

  @Test("it reports its stages and stops when asked to")
  func stops() throws {
    let text = try GoldenTokenizer.text()
    let watcher = Watcher(stopAt: nil)
    _ = try trainer(500).train(on: [text], in: watcher)
    #expect(watcher.stages == ["counting words", "pruning pieces"])
    #expect(throws: WorkloadStopped.self) {
      try trainer(500).train(on: [text], in: Watcher(stopAt: "pruning pieces"))
    }
  }
}
