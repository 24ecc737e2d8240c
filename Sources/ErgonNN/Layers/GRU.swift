public import ErgonTensor

/// A gated recurrent unit: reads sequences step by step with one state and two gates.
///
///     r, z = sigmoid(…);  n = tanh(W x + b + r (U h + d));  h = (1 - z) n + z h
///
/// ```swift
/// let layer = GRU(16, 32, random: &random)
/// layer(x, pass)                             // x: [8, 100, 16]  ->  [8, 100, 32]
/// ```
///
/// - Reference: Cho et al., "Learning phrase representations using RNN encoder-decoder for
///   statistical machine translation", 2014, with the reset gate behind the product.
public struct GRU: Layer {
  /// `[in, 3 * width]`: for the reset and update gates and the new state, in that order.
  @Parameter public var inputWeight: Tensor<Float>
  /// `[width, 3 * width]`.
  @Parameter public var stateWeight: Tensor<Float>
  /// `[3 * width]`, added to the inputs' products.
  @Parameter public var inputBias: Tensor<Float>
  /// `[3 * width]`, added to the state's products.
  @Parameter public var stateBias: Tensor<Float>
  public let width: Int

  public init(_ inputs: Int, _ width: Int, random: inout RandomStream) {
    let target = { Initializer.Target(shape: $0, fanIn: width, fanOut: width) }
    inputWeight = Initializer.fanInUniform(target([inputs, 3 * width]), &random)
    stateWeight = Initializer.fanInUniform(target([width, 3 * width]), &random)
    inputBias = Initializer.fanInUniform(target([3 * width]), &random)
    stateBias = Initializer.fanInUniform(target([3 * width]), &random)
    self.width = width
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    run(x, pass).outputs
  }

  /// The state after every step, and the last one.
  ///
  /// - Parameters:
  ///   - x: `[n, steps, in]`.
  ///   - state: `[n, width]`, before the first step; zero by default.
  public func run(
    _ x: Tensor<Float>, from state: Tensor<Float>? = nil, _ pass: Pass
  ) -> (outputs: Tensor<Float>, last: Tensor<Float>) {
    precondition(
      x.rank == 3 && x.shape[1] > 0, "GRU: \(x.shape): sequences [n, steps, in] are due")
    var h = state ?? Tensor(repeating: 0, shape: [x.shape[0], width])
    let (stateWeight, stateBias) = (stateWeight, stateBias)
    pass.count(multiplyAdds: x.count * 3 * width + x.shape[0] * x.shape[1] * stateWeight.count)
    let inputs = x.linear(inputWeight, bias: inputBias)  // [n, steps, 3 * width]
    var outputs: [Tensor<Float>] = []
    for step in 0..<x.shape[1] {
      let fresh = inputs[.all, step].split(3, axis: 1)
      let kept = h.linear(stateWeight, bias: stateBias).split(3, axis: 1)
      let reset = (fresh[0] + kept[0]).sigmoid()
      let update = (fresh[1] + kept[1]).sigmoid()
      let new = (fresh[2] + reset * kept[2]).tanh()
      h = new + update * (h - new)
      outputs.append(h)
    }
    return (.stacked(outputs, axis: 1), h)
  }
}
