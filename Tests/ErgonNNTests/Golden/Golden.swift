import ErgonNN
import ErgonTensor
import Foundation
import Testing

/// The arrays of `Tests/Golden/make_golden.py`, which PyTorch made in double precision.
enum Golden {
  static let file = try! Safetensors(
    path: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Golden/nn.safetensors").standardized.path)

  static func tensor(_ name: String) -> Tensor<Float> {
    file[name]?.type == .float32
      ? try! file.tensor(name) : Tensor<Float>(try! file.tensor(name, as: Double.self))
  }

  static func integers(_ name: String) -> Tensor<Int32> { try! file.tensor(name) }

  /// The inputs of a case, in the order of their names.
  static func inputs(of name: String) -> [NamedVariable] {
    let prefix = name + "/in."
    return file.entries.map(\.name).filter { $0.hasPrefix(prefix) }.sorted().map {
      NamedVariable(name: String($0.dropFirst(prefix.count)), variable: Variable(tensor($0)))
    }
  }

  /// Expects an array to agree within a part of the largest number there.
  static func expect(
    _ found: Tensor<Float>, _ name: String, tolerance: Float = 1e-5,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let expected = tensor(name)
    guard found.shape == expected.shape else {
      Issue.record("\(name): \(found.shape), not \(expected.shape)", sourceLocation: sourceLocation)
      return
    }
    let scale = expected.values.reduce(0.1) { max($0, abs($1)) }
    let error = zip(found.values, expected.values).reduce(Float(0)) {
      let d = abs($1.0 - $1.1)
      return max($0, d.isNaN ? .infinity : d)
    }
    #expect(error <= tolerance * scale, "\(name)", sourceLocation: sourceLocation)
  }

  /// Expects a case's value, and its gradients in `variables`, whose names are those of its inputs.
  static func expect(
    _ name: String, in variables: [NamedVariable], tolerance: Float = 1e-5,
    sourceLocation: SourceLocation = #_sourceLocation, _ run: () -> Tensor<Float>
  ) {
    let (_, gradients, y) = valueAndGradient(of: variables) {
      let y = run()
      let weights = (0..<y.count).map { Float((7 * $0) % 11 - 5) / 8 }
      return ((y * Tensor(weights, shape: y.shape)).sum(), y.stoppingGradient)
    }
    expect(y, name + "/y", tolerance: tolerance, sourceLocation: sourceLocation)
    for (variable, gradient) in zip(variables, gradients) {
      expect(
        gradient, "\(name)/d.\(variable.name)", tolerance: tolerance,
        sourceLocation: sourceLocation)
    }
  }
}
