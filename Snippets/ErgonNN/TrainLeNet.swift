// Trains LeNet-5 on handwritten digits under the meter, keeps it, and reads a picture with it.

// snippet.show
import ErgonData
import ErgonEnergy
import ErgonImage
import ErgonLab
import ErgonLedger
import ErgonNN

let lab = Lab(
  meter: try Meter(), ledger: Ledger(), environment: .current(), printer: ProgressPrinter())
let digits = try MNIST.load(split: .train)  // 60,000 images of 28 x 28
let unseen = try MNIST.load(split: .test)
let classifier = try ImageClassifier(.lenet, for: digits, scaling: MNIST.scaling)
var recipe = ImageClassifier.Recipe()
recipe.checkpoint = Checkpoint(path: "digits.stopped")  // where a budget spent leaves the run

let trained = try lab.run("LeNet-5 on MNIST", budget: Joules(500)) { observer in
  try classifier.train(on: digits, epochs: 1, recipe: recipe, in: observer)
  return try classifier.evaluate(on: unseen, in: observer)
}
print("right:", trained.value.figures["accuracy"] ?? 0)
if let energy = trained.run.bill?.energy { print("it took \(energy)") }

try classifier.save(to: "digits.safetensors")
let again = try ImageClassifier(path: "digits.safetensors")
let seven = try Image(path: "docs/pictures/seven.png").mnistDigit()
print("the picture shows a", again.ranking(of: seven.pixels)[0].name)
