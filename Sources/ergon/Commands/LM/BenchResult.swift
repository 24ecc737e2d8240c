import CErgonKernels
import ErgonEnergy
import ErgonLM
import ErgonLab
import ErgonLedger
import ErgonTensor
import ErgonWorkload
import Foundation

/// One test, and the limit that was measured around it.
struct BenchRow {
  let speed: InferenceSpeed
  let threads: Int
  /// Bytes a second from memory, or multiply-adds of int8 a second: before the test and after it.
  let limits: [Double]
  var energyPerToken: Figure<Joules>?

  /// Seconds that a look at a limit takes.
  static let look = 0.25
  /// Bytes that each thread reads: more than caches hold.
  static let readBytes = 256 << 20

  init(
    _ test: InferenceTest, of model: TransformerModel, threads: Int, repeats: Int,
    in context: some WorkloadContext
  ) throws {
    self.threads = threads
    let limit = {
      test.generatedTokens > 0
        ? ek_measure_read_bandwidth(Int32(threads), Self.readBytes, Self.look)
        : ek_measure_dot_rate(Int32(threads), Self.look)
    }
    let before = limit()
    speed = try model.measure(
      test, repeats: repeats, in: Named(context: context, threads: threads))
    // The next stage begins here, so that this one's energy is the test's alone.
    try context.report(WorkloadProgress(stage: "limits", completed: 1))
    limits = [before, limit()]
  }

  var stage: String { "\(speed.test.name) on \(threads)" }
  var isGeneration: Bool { speed.test.generatedTokens > 0 }
  var limit: Double { limits.reduce(0, +) / Double(limits.count) }

  /// Share of the limit; nil where another one counts.
  var fraction: Double? {
    guard limit > 0, speed.test.sequences == 1 else { return nil }
    return (isGeneration ? speed.bytesPerSecond : speed.projectionRate) / limit
  }

  /// Calls a test's stage after its threads.
  private struct Named<Context: WorkloadContext>: WorkloadContext {
    let context: Context
    let threads: Int

    func report(_ progress: WorkloadProgress) throws(WorkloadStopped) {
      var progress = progress
      progress.stage += " on \(threads)"
      try context.report(progress)
    }
  }
}

/// All tests of a model, and what loading it took.
struct BenchResult {
  var rows: [BenchRow]
  let loadSeconds: Double
  let bytesPerToken: Int
  /// Bytes that the process had at most with the model loaded and every test run once.
  let peakMemory: Int

  /// Reads each test's energy from the stage of its name.
  mutating func addEnergy(from run: Run) {
    for index in rows.indices {
      let energy = run.stages.last { $0.name == rows[index].stage }?.reading.dynamic
      let tokens = rows[index].speed.test.tokens * rows[index].speed.seconds.count
      rows[index].energyPerToken = energy.map { $0 * (1 / Double(tokens)) }
    }
  }

  var table: TextTable {
    var table = TextTable([
      "TEST", .right("THREADS"), .right("TOKENS/S"), .right("RANGE"), .right("J/TOKEN"),
      .right("RATE"), .right("OF LIMIT"),
    ])
    for row in rows {
      let speed = row.speed
      let rates = speed.seconds.map { Double(speed.test.tokens) / $0 }
      let share = row.fraction.map { String(format: "%.0f %%", 100 * $0) }
      let giga = { (value: Double) in QuantityFormat.number(value / 1e9) }
      table.append([
        speed.test.name, "\(row.threads)", QuantityFormat.number(speed.tokensPerSecond),
        "\(QuantityFormat.number(rates.min()!)) … \(QuantityFormat.number(rates.max()!))",
        row.energyPerToken.map { QuantityFormat.string($0.best) },
        row.isGeneration
          ? "\(giga(speed.bytesPerSecond)) GB/s" : "\(giga(speed.projectionRate)) GMAC/s",
        share,
      ])
    }
    return table
  }

  func line(_ name: String) -> String {
    var parts = [
      name, Compute.instructionSet.rawValue, "loaded in \(QuantityFormat.number(loadSeconds)) s",
      "\(QuantityFormat.number(Double(bytesPerToken) / 1e6)) MB read a token",
      "peak memory \(QuantityFormat.number(Double(peakMemory) / 1e6)) MB",
    ]
    if let kind = rows.compactMap(\.energyPerToken).first?.provenance.kind {
      parts.append("joules \(kind.rawValue)")
    }
    return parts.joined(separator: " · ")
  }

  func json(_ name: String) -> JSONObject {
    [
      "model": .string(name), "instructions": .string(Compute.instructionSet.rawValue),
      "loadS": .number(loadSeconds), "bytesPerToken": JSONValue(bytesPerToken),
      "peakMemoryB": JSONValue(peakMemory),
      "tests": .array(
        rows.map { row in
          let speed = row.speed
          return .object([
            "test": .string(speed.test.name), "threads": JSONValue(row.threads),
            "promptTokens": JSONValue(speed.test.promptTokens),
            "generatedTokens": JSONValue(speed.test.generatedTokens),
            "sequences": JSONValue(speed.test.sequences),
            "secondsOfRepeats": .array(speed.seconds.map { .number($0) }),
            "tokensPerS": .number(speed.tokensPerSecond),
            "energyPerTokenJ": JSONValue(row.energyPerToken),
            "readBytesPerS": row.isGeneration ? .number(speed.bytesPerSecond) : .null,
            "int8PerS": row.isGeneration ? .null : .number(speed.projectionRate),
            "limitPerS": .number(row.limit), "fractionOfLimit": JSONValue(row.fraction),
          ])
        }),
    ]
  }

  /// Bytes of memory that this process has had at most.
  static var peakBytes: Int {
    #if os(Linux)
      // Its usage also counts what the process was before it became this program.
      let line = Host().text("/proc/self/status")?.split(separator: "\n").first {
        $0.hasPrefix("VmHWM:")
      }
      return (line.flatMap { Int($0.filter(\.isNumber)) } ?? 0) << 10
    #else
      var usage = rusage()
      getrusage(RUSAGE_SELF, &usage)
      return Int(usage.ru_maxrss)
    #endif
  }
}
