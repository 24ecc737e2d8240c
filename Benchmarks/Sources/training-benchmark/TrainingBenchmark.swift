import ErgonLM
import ErgonLMTraining
import ErgonNN
import ErgonTensor

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Our side of the benchmark topic `training`: waits on standard input for what to time and answers
/// each line with one number.
///
///     step ROW THREADS                     seconds that one step takes
///
/// With arguments it does one thing and ends: `memory ROW STEPS` trains and prints the process's
/// peak memory in KiB; `tokenizer KIND SIZE THREADS TEXT OUT` trains a tokenizer and prints the
/// seconds that it took.
@main
enum TrainingBenchmark {
  static func main() {
    let arguments = CommandLine.arguments
    if arguments.count == 4, arguments[1] == "memory", let row = Row(arguments[2]),
      let steps = Int(arguments[3])
    {
      Compute.threads = 1
      let step = row.training()
      for _ in 0..<steps { step() }
      answer("\(peakKiB)")
    } else if arguments.count == 7, arguments[1] == "tokenizer", let size = Int(arguments[3]),
      let threads = Int(arguments[4])
    {
      let start = now()
      do {
        try trainTokenizer(
          arguments[2], size: size, threads: threads, on: arguments[5], to: arguments[6])
        answer("\(now() - start)")
      } catch { answer("cannot: \(error)") }
    } else {
      serve()
    }
  }

  private static func serve() {
    var bodies: [String: () -> Void] = [:]
    while let line = readLine() {
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 3, words[0] == "step", let row = Row(words[1]),
        let threads = Int(words[2])
      else { return answer("cannot: \(line)") }
      Compute.threads = threads
      let body = bodies[words[1]] ?? row.training()
      bodies[words[1]] = body
      let start = now()
      body()
      answer("\(now() - start)")
    }
  }

  private static func answer(_ text: String) {
    print(text)
    fflush(nil)
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The most memory this process has had, as the kernel counts it.
  private static var peakKiB: Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
      let text = String(
        decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if text.hasPrefix("VmHWM:") { return Int(text.filter(\.isNumber)) ?? 0 }
    }
    return 0
  }
}

/// A decoder and the batch that it learns from; `Peers/training_torch.py` has the same ones.
struct Row {
  var isTernary: Bool
  var vocabulary: Int

  /// `ternary-512`, `full-4096` and so on.
  init?(_ name: String) {
    let parts = name.split(separator: "-")
    guard parts.count == 2, parts[0] == "ternary" || parts[0] == "full",
      let vocabulary = Int(parts[1]), vocabulary > 0
    else { return nil }
    self.init(isTernary: parts[0] == "ternary", vocabulary: vocabulary)
  }

  init(isTernary: Bool, vocabulary: Int) {
    self.isTernary = isTernary
    self.vocabulary = vocabulary
  }

  /// A step on 16 sequences of 256 tokens, as `pretrain` takes it.
  func training() -> () -> Void {
    var random = RandomStream(seed: 1)
    let ternary = ModelConfiguration.decoder(
      vocabulary: vocabulary, context: 256, width: 256, layers: 4, heads: 8, keyValueHeads: 4,
      feedForward: 768)
    let network = DecoderNetwork(
      isTernary ? ternary : ternary.fullPrecisionTwin, random: &random)
    let optimizer = AdamW(
      network, rate: 1e-3, beta1: 0.9, beta2: 0.95, weightDecay: 0.1,
      groups: ["*Norm.weight", "embedding.weight"].map { ParameterGroup($0, weightDecay: 0) })
    let tokens = Tensor<Int32>.integers([16, 257], in: 0..<Int32(vocabulary), using: &random)
    let (inputs, targets) = (
      tokens[.all, ..<256].contiguous(), tokens[.all, 1...].contiguous()
    )
    return {
      var (_, gradients) = valueAndGradient(of: optimizer.parameters) {
        crossEntropy(network(inputs, .training(RandomStream(seed: 2))), targets)
      }
      GradientClipping.norm(1).clip(&gradients)
      optimizer.step(gradients)
    }
  }
}
