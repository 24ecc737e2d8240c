import ErgonTensor
import Foundation
import Testing

/// One operation on the arrays of a case of `Tests/Golden/make_golden.py`.
struct GoldenCase<S: FloatScalar & SafetensorsScalar> {
  let name: String
  let run: (GoldenInputs<S>) -> Tensor<S>

  init(_ name: String, _ run: @escaping (GoldenInputs<S>) -> Tensor<S>) {
    self.name = name
    self.run = run
  }
}

/// The arrays that an operation is given.
struct GoldenInputs<S: FloatScalar & SafetensorsScalar> {
  /// What gradients are taken in.
  var inputs: [String: Tensor<S>] = [:]
  let name: String

  subscript(_ key: String) -> Tensor<S> { inputs[key]! }
  /// A constant.
  func constant(_ key: String) -> Tensor<S> { Golden.numbers("\(name)/of.\(key)") }
  func places(_ key: String) -> Tensor<Int32> { try! Golden.file.tensor("\(name)/of.\(key)") }
  func mask(_ key: String) -> Tensor<Bool> { try! Golden.file.tensor("\(name)/of.\(key)") }
}

enum Golden {
  static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Golden/tensor.safetensors").standardized.path
  static let file = try! Safetensors(path: path)

  /// The names of all cases.
  static let names = Set(
    file.entries.map { $0.name.split(separator: "/").dropLast().joined(separator: "/") }
  ).sorted()

  static func numbers<S: FloatScalar>(_ name: String) -> Tensor<S> {
    file[name]?.type == .float32
      ? Tensor<S>(try! file.tensor(name, as: Float.self))
      : Tensor<S>(try! file.tensor(name, as: Double.self))
  }

  /// The largest difference from what PyTorch gives, as a part of the largest number there.
  static func error<S: FloatScalar>(of found: Tensor<S>, _ name: String) -> Double {
    let expected = try! file.tensor(name, as: Double.self)
    guard found.shape == expected.shape else { return .infinity }
    let scale = expected.values.reduce(0.0) { Swift.max($0, Swift.abs($1)) }
    let difference = zip(found.values, expected.values).reduce(0.0) {
      let d = Swift.abs(Double($1.0) - $1.1)
      // Not a number is as wrong as can be.
      return Swift.max($0, d.isNaN ? .infinity : d)
    }
    return difference / Swift.max(scale, 0.1)
  }

  /// Runs a case with its gradients; the errors that exceed `tolerance`, in words.
  static func failures<S>(_ golden: GoldenCase<S>, tolerance: Double) -> [String] {
    let prefix = golden.name + "/in."
    let keys = file.entries.map(\.name).filter { $0.hasPrefix(prefix) }.sorted()
      .map { String($0.dropFirst(prefix.count)) }
    var given = GoldenInputs<S>(name: golden.name)
    let arrays: [Tensor<S>] = keys.map { numbers(prefix + $0) }
    var failures: [String] = []
    func check(_ found: Tensor<S>, _ name: String) {
      let error = error(of: found, name)
      if error > tolerance { failures.append("\(name): error \(error) in \(S.elementName)") }
    }
    given.inputs = Dictionary(uniqueKeysWithValues: zip(keys, arrays))
    // Without a tape operations may take another way to the same numbers.
    check(golden.run(given), golden.name + "/y")
    let (_, gradients) = valueAndGradient(at: arrays) { watched in
      var given = given
      given.inputs = Dictionary(uniqueKeysWithValues: zip(keys, watched))
      let y = golden.run(given)
      check(y.stoppingGradient, golden.name + "/y")
      let weights = (0..<y.count).map { S((7 * $0) % 11 - 5) / 8 }
      return (y * Tensor(weights, shape: y.shape)).sum()
    }
    for (key, gradient) in zip(keys, gradients) { check(gradient, "\(golden.name)/d.\(key)") }
    return failures
  }
}
