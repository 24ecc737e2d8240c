import CMachineLimits
import ErgonTensor

/// Our side of the benchmark topic `tensor`: waits on standard input for what to time and answers
/// each line with one number.
///
///     time ROW THREADS SET MILLISECONDS    seconds a call, the median of as many as fit
///     peak                                 the core's multiply-add peak, Gflop/s
///     bandwidth BYTES                      reading that much memory in order, GB/s
///     sets                                 instruction sets this processor has
///
/// With an argument it does one thing and ends: `first-step` prints a line after the first training
/// step of LeNet-5, `memory STEPS` trains it and prints the process's peak memory in KiB.
@main
struct TensorBenchmark {
  static func main() {
    var arguments = CommandLine.arguments.dropFirst()
    switch arguments.popFirst() {
    case "first-step":
      Rows.leNetStep(batch: 64)()
      answer("done")
    case "memory":
      Compute.threads = 1
      let step = Rows.leNetStep(batch: 64)
      for _ in 0..<(arguments.first.flatMap { Int($0) } ?? 200) { step() }
      answer("\(Stopwatch.peakKiB)")
    default: serve()
    }
  }

  private static func serve() {
    var bodies: [String: () -> Void] = [:]
    var batches: [String: Int] = [:]
    while let line = readLine() {
      let words = line.split(separator: " ").map(String.init)
      switch words.first {
      case "time":
        guard words.count == 5, let threads = Int(words[2]),
          let set = InstructionSet(rawValue: words[3]), let milliseconds = Double(words[4]),
          let make = Rows.all[words[1]], Compute.use(set)
        else { return answer("cannot: \(line)") }
        Compute.threads = threads
        let body = bodies[words[1]] ?? make()
        bodies[words[1]] = body
        let key = words[1...3].joined(separator: " ")
        let batch = batches[key] ?? Stopwatch.callsInAMillisecond(body)
        batches[key] = batch
        answer("\(Stopwatch.median(of: body, batch: batch, for: milliseconds / 1000))")
      case "peak": answer("\(ml_peak_fma_f32(5))")
      case "bandwidth": answer("\(ml_read_bandwidth(words.last.flatMap { Int($0) } ?? 0))")
      case "sets":
        let best = Compute.instructionSet
        answer(
          InstructionSet.allCases.filter { Compute.use($0) }.map(\.rawValue).joined(separator: " "))
        Compute.use(best)
      default: return answer("cannot: \(line)")
      }
    }
  }

  private static func answer(_ text: String) {
    print(text)
    Stopwatch.flush()
  }
}
