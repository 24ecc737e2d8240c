// Opens a language model, answers as it goes, and says what the answer cost.

// snippet.show
import ErgonEnergy
import ErgonLM

let model = try LanguageModel(CommandLine.arguments[1])  // a GGUF file, a Hugging Face folder
let meter = try Meter()
let (answer, bill) = try await meter.bill("answer") {
  var answer = ""
  for try await piece in model.generate("Once upon a time") {
    print(piece.text, terminator: "")
    answer += piece.text
  }
  return answer
}
print("\n\(answer.count) characters for \(bill.energy.map { "\($0)" } ?? "no figure")")
// snippet.hide
