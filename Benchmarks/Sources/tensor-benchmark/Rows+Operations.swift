import ErgonTensor

extension Rows {
  static var operations: [String: () -> () -> Void] {
    var rows: [String: () -> () -> Void] = [
      "gemv-2048": { product([2048, 2048], [2048]) },
      "gemv-8192": { product([8192, 8192], [8192]) },
      "skinny-8": { product([8, 2048], [2048, 2048]) },
      "conv-16x32": { convolution(batch: 32, channels: 16, size: 32) },
      "conv-32x16": { convolution(batch: 32, channels: 32, size: 16) },
      "conv-64x8": { convolution(batch: 32, channels: 64, size: 8) },
      "conv-64x56": { convolution(batch: 1, channels: 64, size: 56) },
      "add": { binary([1000, 1000]) { $0 + $1 } },
      "add-2x2": { binary([2, 2]) { $0 + $1 } },
      "relu": { unary { $0.relu() } },
      "exp": { unary { $0.exp() } },
      "gelu": { unary { $0.gelu() } },
      "tanh": { unary { $0.tanh() } },
      "sum": { unary { $0.sum() } },
      "softmax": { unary { $0.softmax() } },
      "chain": chain,
      "chain-gradient": chainGradient,
    ]
    for n in [512, 1024, 2048] { rows["sgemm-\(n)"] = { product([n, n], [n, n]) } }
    return rows
  }

  private static func product(_ left: Shape, _ right: Shape) -> () -> Void {
    var random = RandomStream(seed: 1)
    let a = Tensor<Float>.normal(left, using: &random)
    let b = Tensor<Float>.normal(right, using: &random)
    return { _ = a.matmul(b) }
  }

  private static func convolution(batch: Int, channels: Int, size: Int) -> () -> Void {
    var random = RandomStream(seed: 1)
    let x = Tensor<Float>.normal([batch, size, size, channels], using: &random)
    let w = Tensor<Float>.normal([3, 3, channels, channels], using: &random)
    return { _ = x.conv2d(w, padding: .symmetric(1)) }
  }

  private static func unary(
    _ function: @escaping (Tensor<Float>) -> Tensor<Float>
  ) -> () -> Void {
    var random = RandomStream(seed: 1)
    let x = Tensor<Float>.normal([1000, 1000], using: &random)
    return { _ = function(x) }
  }

  private static func binary(
    _ shape: Shape, _ function: @escaping (Tensor<Float>, Tensor<Float>) -> Tensor<Float>
  ) -> () -> Void {
    var random = RandomStream(seed: 1)
    let a = Tensor<Float>.normal(shape, using: &random)
    let b = Tensor<Float>.normal(shape, using: &random)
    return { _ = function(a, b) }
  }

  /// A hundred operations on one number, each on the last one's result.
  private static func chain() -> () -> Void {
    let x = Tensor<Float>(1)
    return {
      var y = x
      for _ in 0..<50 { y = y * 1.0001 + x }
    }
  }

  /// The same with its gradient.
  private static func chainGradient() -> () -> Void {
    let x = Tensor<Float>(1)
    return {
      _ = gradient(at: x) { x in
        var y = x
        for _ in 0..<50 { y = y * 1.0001 + x }
        return y
      }
    }
  }
}
