import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@testable import ErgonLM

@Suite("Damaged files")
struct FileFuzzTests {
  /// Small files of each kind, whole.
  private static func seeds() -> [[UInt8]] {
    var gguf = GGUFBytes()
    gguf.set("general.architecture", "llama")
    gguf.set("general.alignment", 4, little(UInt32(32)))
    gguf.set(
      "tokenizer.ggml.tokens", 9,
      little(UInt32(8)) + little(UInt64(3)) + string("a") + string("bc") + string(""))
    gguf.set(
      "scores", 9, little(UInt32(6)) + little(UInt64(2)) + little(Float(1)) + little(Float(2)))
    let trits = TernaryRowsTests.trits(512, seed: 1)
    gguf.add("i2s", [256, 2], 36, TernaryRowsTests.i2S(trits, scale: 1))
    gguf.add("tq2", [256, 2], 35, TernaryRowsTests.tq2(trits, scales: [0x3800]))
    gguf.add("tq1", [256, 2], 34, TernaryRowsTests.tq1(trits, scale: 0x3800))
    gguf.add("iq2", [256, 2], 135, TernaryRowsTests.iq2BN(trits, columns: 256, scales: [1, 2]))
    gguf.add("q4k", [256], 12, [UInt8](repeating: 9, count: 144))
    gguf.add("f16", [8], 1, [UInt8](repeating: 9, count: 16))
    let header = #"""
      {"w_scale":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},
      "w":{"dtype":"U8","shape":[2,5],"data_offsets":[4,14]},
      "x":{"dtype":"BF16","shape":[3],"data_offsets":[14,20]}}
      """#
    let safetensors =
      little(UInt64(header.utf8.count)) + Array(header.utf8) + little(Float(1))
      + [UInt8](repeating: 0x15, count: 16)
    let floats = 80 + 32 + 2 * (64 + 32 + 32 + 64) + 3 * 2 * 96 + 8 + 12
    let llama2 =
      ([8, 12, 2, 4, 2, 10, 6] as [Int32]).flatMap { little($0) }
      + [UInt8](repeating: 1, count: 4 * floats)
    return [gguf.bytes, safetensors, llama2]
  }

  /// Opens a file and reads all of it; errors are answers, anything else ends the process.
  private static func read(_ path: String) {
    guard let file = try? openModelFile(path) else { return }
    for entry in file.tensors where entry.count <= 1 << 16 {
      if entry.format.isTernary, let matrix = try? TernaryRows(entry, in: file) {
        var trits = [Int8](repeating: 0, count: matrix.rows * matrix.columns)
        trits.withUnsafeMutableBufferPointer {
          if let base = $0.baseAddress { try? matrix.read(0..<matrix.rows, into: base) }
        }
      }
      guard let matrix = try? WeightRows(entry, in: file) else { continue }
      var values = [Float](repeating: 0, count: matrix.rows * matrix.columns)
      values.withUnsafeMutableBufferPointer {
        if let base = $0.baseAddress { try? matrix.read(0..<matrix.rows, into: base) }
      }
    }
    _ = try? ModelConfiguration(file)
  }

  /// Memory that damaged files may take on top: more is not granted, so that an allocation which
  /// follows a claim in a file instead of its size ends the process.
  private static let memoryLimit: UInt64 = 1 << 30

  private static func withLimitedMemory(_ body: () throws -> Void) rethrows {
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
      let sizes = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
      let pages = sizes.split(separator: " ").first.flatMap { UInt64($0) } ?? 0
      var old = rlimit()
      guard pages > 0, getrlimit(resource, &old) == 0 else { return try body() }
      var limited = old
      limited.rlim_cur = min(old.rlim_max, rlim_t(pages * UInt64(getpagesize()) + memoryLimit))
      setrlimit(resource, &limited)
      defer { setrlimit(resource, &old) }
    #endif
    try body()
  }

  private static func fuzz(_ rounds: Int) throws {
    let folder = try TemporaryFolder()
    var state: UInt64 = 0x5DEE_CE66
    func next(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    let interesting: [UInt8] = [0, 1, 2, 3, 0x7F, 0x80, 0xFF, 0x22, 0x7B, 0x5B, 0x2C]
    for seed in seeds() {
      for _ in 0..<rounds / 3 {
        var bytes = seed
        // Mostly the header, which is at the beginning.
        let reach = next(2) == 0 ? min(600, bytes.count) : bytes.count
        for _ in 0...next(4) {
          switch next(5) {
          case 0: bytes[next(bytes.count)] = interesting[next(interesting.count)]
          case 1: bytes[min(next(reach), bytes.count - 1)] ^= 1 << UInt8(next(8))
          case 2: bytes[min(next(reach), bytes.count - 1)] = UInt8(next(256))
          case 3: bytes.removeLast(min(next(64), bytes.count - 1))
          default: bytes.insert(UInt8(next(256)), at: min(next(reach), bytes.count))
          }
        }
        let path = folder.path + "/model.bin"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        read(path)
      }
    }
  }

  @Test("any damage is an error or another model, never a trap or memory without bound")
  func damage() async {
    // A process of its own: the limit is the process's, and reaching it ends the process.
    await #expect(processExitsWith: .success) {
      try FileFuzzTests.withLimitedMemory { try FileFuzzTests.fuzz(2100) }
    }
  }

  @Test(
    "a million kinds of damage", .tags(.slow),
    .enabled(if: ProcessInfo.processInfo.environment["ERGON_FUZZ"] != nil))
  func muchDamage() async {
    await #expect(processExitsWith: .success) {
      try FileFuzzTests.withLimitedMemory { try FileFuzzTests.fuzz(1_000_000) }
    }
  }
}
