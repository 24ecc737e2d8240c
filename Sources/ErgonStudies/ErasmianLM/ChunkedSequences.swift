import ErgonLM
import ErgonLMTraining
import ErgonTensor

/// Each document cut into pieces of its own, the last one filled up, as the paper's scripts do.
///
/// In the script of the large model the `return` stands inside the loop over the pieces, so that
/// only the first piece of each document is ever learned from.
struct ChunkedSequences: SequenceSource {
  private let pieces: [[TokenID]]
  private let length: Int
  private let sequences: Int

  /// - Parameter firstOnly: Whether to do as that script does.
  init(
    _ documents: [[TokenID]], length: Int, sequences: Int, firstOnly: Bool
  ) {
    self.length = length
    self.sequences = sequences
    pieces = documents.flatMap { document in
      let starts = Array(stride(from: 0, to: max(document.count - 1, 1), by: length))
      return starts.prefix(firstOnly ? 1 : starts.count).map {
        Array(document[$0..<min($0 + length + 1, document.count)])
      }
    }.filter { $0.count > 1 }
  }

  /// Pieces there are.
  var count: Int { pieces.count }

  func batch(at step: Int) -> SequenceBatch {
    var inputs: [Int32] = []
    var targets: [Int32] = []
    for place in step * sequences..<(step + 1) * sequences {
      // Whole passes in the order of the file, as there.
      let piece = pieces[place % pieces.count].map { Int32($0) }
      let missing = length + 1 - piece.count
      inputs += piece.dropLast() + repeatElement(0, count: missing)
      targets += piece.dropFirst() + repeatElement(-1, count: missing)
    }
    let shape: Shape = [sequences, length]
    return SequenceBatch(
      inputs: Tensor(inputs, shape: shape), targets: Tensor(targets, shape: shape))
  }
}
