public import ErgonTensor

/// A long short-term memory: reads sequences step by step and remembers by gates.
///
///     i, f, o = sigmoid(…);  g = tanh(…);  c = f c + i g;  h = o tanh(c)
///
/// ```swift
/// let layer = LSTM(16, 32, random: &random)
/// layer(x, pass)                             // x: [8, 100, 16]  ->  [8, 100, 32]
/// ```
///
/// - Reference: Hochreiter, Schmidhuber, "Long short-term memory", 1997; with the forget gate of
///   Gers, Schmidhuber, Cummins, 2000.
public struct LSTM: Layer {
  /// `[in, 4 * width]`: for the input, forget, cell and output gates, in that order.
  @Parameter public var inputWeight: Tensor<Float>
  /// `[width, 4 * width]`.
  @Parameter public var stateWeight: Tensor<Float>
  /// `[4 * width]`.
  @Parameter public var bias: Tensor<Float>
  public let width: Int

  /// What is remembered between steps.
  public struct State: Sendable {
    /// `[n, width]`.
    public var hidden: Tensor<Float>
    /// `[n, width]`.
    public var cell: Tensor<Float>

    public init(hidden: Tensor<Float>, cell: Tensor<Float>) {
      self.hidden = hidden
      self.cell = cell
    }
  }

  public init(_ inputs: Int, _ width: Int, random: inout RandomStream) {
    // Every gate sums over the state, whatever the number of inputs.
    let target = { Initializer.Target(shape: $0, fanIn: width, fanOut: width) }
    inputWeight = Initializer.fanInUniform(target([inputs, 4 * width]), &random)
    stateWeight = Initializer.fanInUniform(target([width, 4 * width]), &random)
    bias = Initializer.fanInUniform(target([4 * width]), &random)
    self.width = width
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    run(x, pass).outputs
  }

  /// The state after every step, and all of the last one.
  ///
  /// - Parameters:
  ///   - x: `[n, steps, in]`.
  ///   - state: What was remembered before the first step; nothing by default.
  public func run(
    _ x: Tensor<Float>, from state: State? = nil, _ pass: Pass
  ) -> (outputs: Tensor<Float>, last: State) {
    precondition(
      x.rank == 3 && x.shape[1] > 0, "LSTM: \(x.shape): sequences [n, steps, in] are due")
    let zero = Tensor<Float>(repeating: 0, shape: [x.shape[0], width])
    var (h, c) = (state?.hidden ?? zero, state?.cell ?? zero)
    let stateWeight = stateWeight
    pass.count(multiplyAdds: x.count * 4 * width + x.shape[0] * x.shape[1] * stateWeight.count)
    // The inputs' share of all steps is one product.
    let inputs = x.linear(inputWeight, bias: bias)  // [n, steps, 4 * width]
    var outputs: [Tensor<Float>] = []
    for step in 0..<x.shape[1] {
      let gates = (inputs[.all, step] + h.linear(stateWeight)).split(4, axis: 1)
      c = gates[1].sigmoid() * c + gates[0].sigmoid() * gates[2].tanh()
      h = gates[3].sigmoid() * c.tanh()
      outputs.append(h)
    }
    return (.stacked(outputs, axis: 1), State(hidden: h, cell: c))
  }
}
