import ErgonLM
import Foundation

/// The part of topic `ternary` that the command line has no word for: loading a tokenizer, and
/// encoding a text in pieces of 16,384 characters.
@main
enum TernaryBenchmark {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else {
      FileHandle.standardError.write(Data("usage: ternary-benchmark TOKENIZER.json TEXT\n".utf8))
      exit(64)
    }
    let text = Array(try String(contentsOfFile: arguments[2], encoding: .utf8).unicodeScalars)
    let pieces = stride(from: 0, to: text.count, by: 16384).map { start in
      var piece = String.UnicodeScalarView()
      piece.append(contentsOf: text[start..<min(start + 16384, text.count)])
      return String(piece)
    }
    let clock = ContinuousClock()
    // The file does not matter where a tokenizer is named.
    let file = SyntheticModel(.tiny, weights: .ternary)
    let start = clock.now
    let tokenizer = try makeTokenizer(for: file, path: arguments[1])
    let loaded = clock.now - start
    var tokens = 0
    var duration = Duration.zero
    for _ in 0..<2 {
      tokens = 0
      let start = clock.now
      for piece in pieces { tokens += tokenizer.encode(piece).count }
      duration = clock.now - start
    }
    let bytes = pieces.reduce(0) { $0 + $1.utf8.count }
    print(
      #"{"loadS": \#(loaded / .seconds(1)), "bytesPerS": "#
        + #"\#(Double(bytes) / (duration / .seconds(1))), "tokens": \#(tokens)}"#)
  }
}
