import Foundation
import Testing

@testable import ErgonTensor

@Suite("Safetensors under mutated input")
struct SafetensorsFuzzTests {
  /// SplitMix64: any seed will do.
  private struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private static let seed: [UInt8] = {
    var writer = SafetensorsWriter(metadata: ["a": "b\n"])
    writer.add("w", Tensor<Float>([1, 2, 3, 4], shape: [2, 2]))
    writer.add("m", Tensor<Bool>([true, false]))
    writer.add("i", Tensor<Int32>([5]))
    return writer.bytes()
  }()

  private static let words = [
    "0", "-1", "1e9", "18446744073709551615", "9223372036854775807", "4611686018427387904", "00",
    "null", "{", "}", "[", "]", "[[[[[[[[", "\"", "\\u0000", "\\uD83D", ",", ":", "\"F64\"",
    "\"F16\"", "\"I64\"", "\"BF16\"", "\"BOOL\"", "\"w\"", "__metadata__", " ", "\u{0}",
  ].map { Array($0.utf8) }

  private func mutated(_ generator: inout Seeded) -> [UInt8] {
    var bytes = Self.seed
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
      let place = Int.random(in: 0...bytes.count, using: &generator)
      switch UInt8.random(in: 0...6, using: &generator) {
      case 0 where place < bytes.count: bytes[place] = .random(in: 0...255, using: &generator)
      case 1 where place < bytes.count: bytes.remove(at: place)
      case 2: bytes.removeSubrange(place...)
      case 3: bytes.insert(contentsOf: bytes.prefix(place), at: place)
      case 4 where place < bytes.count:  // one digit for another keeps more of the structure
        if bytes[place] >= 0x30, bytes[place] <= 0x39 {
          bytes[place] = .random(in: 0x30...0x39, using: &generator)
        }
      default:
        bytes.insert(contentsOf: Self.words.randomElement(using: &generator)!, at: place)
      }
    }
    // Most changes of the header's length would hide what lies behind it.
    if bytes.count > 8, Bool.random(using: &generator) {
      let end = bytes.lastIndex(of: UInt8(ascii: "}")) ?? 8
      let length = max(0, end - 7)
      for i in 0..<8 { bytes[i] = UInt8(truncatingIfNeeded: length >> (8 * i)) }
    }
    return bytes
  }

  private func run(_ count: Int, seed: UInt64) -> (read: Int, refused: Int) {
    var generator = Seeded(state: seed)
    var (read, refused) = (0, 0)
    for _ in 0..<count {
      let bytes = mutated(&generator)
      do throws(SafetensorsError) {
        let file = try Safetensors(bytes: bytes)
        for entry in file.entries {
          _ = try? file.tensor(entry.name, as: Float.self).values
          _ = try? file.tensor(entry.name, as: Double.self).values
          _ = try? file.tensor(entry.name, as: Int32.self).values
          _ = try? file.tensor(entry.name, as: Bool.self).values
        }
        read += 1
      } catch {
        if "\(error)".isEmpty { Issue.record("an error without words") }
        refused += 1
      }
      bytes.withUnsafeBytes { bytes in
        _ = try? SafetensorsIndex.read(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(8)))
      }
    }
    return (read, refused)
  }

  @Test("20,000 mutated files are read or refused with a typed error")
  func quick() {
    let (read, refused) = run(20_000, seed: 1)
    #expect(read > 100 && refused > 10_000, "both outcomes must occur: \(read), \(refused)")
  }

  @Test(
    "a million mutated files are read or refused with a typed error",
    .enabled(if: ProcessInfo.processInfo.environment["ERGON_SLOW_TESTS"] != nil))
  func million() {
    let (read, refused) = run(1_000_000, seed: 2)
    #expect(read + refused == 1_000_000)
    print("safetensors: \(read) mutated files read, \(refused) refused")
  }
}
