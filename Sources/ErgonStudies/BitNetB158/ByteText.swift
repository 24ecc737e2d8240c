import ErgonData
import ErgonLMTraining
import ErgonTensor
import Foundation

/// Text as bytes: a part to learn from and a part that is held out.
struct ByteText: SequenceSource {
  /// What it is, for headlines.
  let name: String
  /// Nats a byte that no model can undercut, where that is known.
  let entropy: Double?
  let learned: [UInt8]
  let held: [UInt8]
  private let sequences: Int
  private let length: Int
  private var random: RandomStream

  /// Published text where the machine has it, otherwise text of a language of known entropy; the
  /// last tenth of each is held out.
  init(_ settings: BitNetB158.Settings) throws {
    let paths = ["wikitext-2", "tinyshakespeare"].compactMap {
      name -> (name: String, path: String)? in
      guard let set = try? DataCatalog.set(named: name),
        let path = try? DataStore.standard.locate(set.files[0], of: set)
      else { return nil }
      return (name, path)
    }
    let texts: [[UInt8]]
    if paths.isEmpty || settings.generated {
      let language = WordLanguage(seed: 1)
      // As much as the longest run reads.
      let read = max(settings.steps, settings.scheduleSteps) * settings.sequences * settings.length
      texts = [language.text(bytes: min(max(read, 100_000), 8_000_000), seed: 2)]
      name = "a generated language"
      entropy = language.entropy
    } else {
      texts = try paths.map { [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0.path))) }
      name = paths.map(\.name).joined(separator: " and ")
      entropy = nil
    }
    learned = texts.flatMap { $0.dropLast($0.count / 10) }
    held = texts.flatMap { $0.suffix($0.count / 10) }
    sequences = settings.sequences
    length = settings.length
    random = RandomStream(seed: UInt64(bitPattern: Int64(settings.seed)))
  }

  /// The same text with other batches.
  func reseeded(_ seed: Int) -> ByteText {
    var text = self
    text.random = RandomStream(seed: UInt64(bitPattern: Int64(seed)))
    return text
  }

  /// Windows of the text that is learned, at places that depend on the step alone.
  func batch(at step: Int) -> SequenceBatch {
    var random = random.stream(named: "batch \(step)")
    return batch(
      of: learned,
      starts: (0..<sequences).map { _ in
        Int.random(in: 0..<learned.count - length, using: &random)
      })
  }

  /// Windows spread evenly over the text that is held out.
  func heldOut(batches: Int) -> [SequenceBatch] {
    let count = batches * sequences
    let starts = (0..<count).map { $0 * (held.count - length - 1) / max(count - 1, 1) }
    return (0..<batches).map { index in
      batch(of: held, starts: Array(starts[index * sequences..<(index + 1) * sequences]))
    }
  }

  private func batch(of text: [UInt8], starts: [Int]) -> SequenceBatch {
    let windows = starts.flatMap { text[$0...$0 + length].map { Int32($0) } }
    let all = Tensor(windows, shape: [starts.count, length + 1])
    return SequenceBatch(
      inputs: all[.all, ..<length].contiguous(), targets: all[.all, 1...].contiguous(),
      textBytes: starts.count * length)
  }
}

/// Bytes by the two before them, each length of context blended with the next shorter one.
///
/// - Reference: Witten, Bell, "The zero-frequency problem", 1991, method C.
struct Trigram {
  /// Times that a context was seen, and how many bytes followed it; keys are bytes and the length.
  private var contexts: [Int: (seen: Int, kinds: Int)] = [:]
  private var follows: [Int: Int] = [:]

  init(_ text: [UInt8]) {
    for place in text.indices {
      for length in 0...min(2, place) {
        let context = Self.key(text[place - length..<place])
        let follow = follows[context << 8 | Int(text[place]), default: 0]
        follows[context << 8 | Int(text[place])] = follow + 1
        contexts[context, default: (0, 0)].seen += 1
        if follow == 0 { contexts[context]!.kinds += 1 }
      }
    }
  }

  private static func key(_ context: ArraySlice<UInt8>) -> Int {
    context.reduce(context.count + 1) { $0 << 8 | Int($1) }
  }

  /// The chance of a byte behind others.
  func chance(of byte: UInt8, after before: ArraySlice<UInt8>) -> Double {
    (0...min(2, before.count)).reduce(1 / 256) { shorter, length in
      let context = Self.key(before.suffix(length))
      guard let (seen, kinds) = contexts[context] else { return shorter }
      let follow = follows[context << 8 | Int(byte)] ?? 0
      return (Double(follow) + Double(kinds) * shorter) / Double(seen + kinds)
    }
  }

  /// Nats a byte of the targets of batches, each with what stands before it in its window.
  func loss(on batches: [SequenceBatch]) -> Double {
    var (nats, count) = (0.0, 0)
    for batch in batches {
      let length = batch.inputs.shape[1]
      let (inputs, targets) = (batch.inputs.values, batch.targets.values)
      for place in targets.indices {
        let first = max(place / length * length, place - 1)
        let before = inputs[first...place].map { UInt8(truncatingIfNeeded: $0) }
        nats -= log(chance(of: UInt8(truncatingIfNeeded: targets[place]), after: before[...]))
        count += 1
      }
    }
    return nats / Double(count)
  }
}
