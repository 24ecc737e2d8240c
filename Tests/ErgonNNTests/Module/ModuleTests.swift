import ErgonNN
import ErgonTensor
import Testing

private struct Pair: Module {
  @Parameter var weight = Tensor<Float>([1, 2])
  @Parameter var bias: Tensor<Float>?
  @Buffer var mean = Tensor<Float>([0])

  init(hasBias: Bool = true) { bias = hasBias ? Tensor([3]) : nil }
}

private class Stem: Module {
  @Parameter var scale = Tensor<Float>([5])
}

private final class Tree: Stem {
  let pairs: [Pair]
  let extra: Pair?
  let absent: Pair? = nil
  let branches = Sequential(Activation.relu, Scale(), Scale())
  /// No module: not looked into.
  let note = "text"
  @Parameter var last = Tensor<Float>([7])

  init(pairs: [Pair], extra: Pair?) {
    self.pairs = pairs
    self.extra = extra
  }
}

private struct Scale: Layer {
  @Parameter var factor = Tensor<Float>([2])
  func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> { x * factor }
}

/// A single weight in two places.
private struct Tied: Module {
  let first: Scale
  let second: Scale
}

@Suite("Modules and their parameters")
struct ModuleTests {
  @Test("names are paths, in the order of declaration, inherited ones first")
  func names() {
    let tree = Tree(pairs: [Pair(), Pair(hasBias: false)], extra: Pair())
    #expect(
      tree.parameters().map(\.name) == [
        "scale", "pairs.0.weight", "pairs.0.bias", "pairs.1.weight", "extra.weight", "extra.bias",
        "branches.1.factor", "branches.2.factor", "last",
      ])
    #expect(tree.buffers().map(\.name) == ["pairs.0.mean", "pairs.1.mean", "extra.mean"])
    #expect(tree.parameterCount == 1 + 3 + 2 + 3 + 1 + 1 + 1)
  }

  @Test("a weight that is shared is listed once")
  func shared() {
    let scale = Scale()
    #expect(Tied(first: scale, second: scale).parameters().map(\.name) == ["first.factor"])
    #expect(Tied(first: Scale(), second: Scale()).parameters().count == 2)
  }

  @Test("a copy refers to the same weights, a state dictionary does not")
  func references() {
    let scale = Scale()
    let copy = scale
    let snapshot = scale.stateDictionary()
    copy.factor = Tensor([9])
    #expect(scale.factor.values == [9])
    #expect(snapshot["factor"]?.values == [2])
  }

  @Test("loading brings back every parameter and buffer")
  func load() throws {
    let pair = Pair()
    let state = pair.stateDictionary()
    #expect(Set(state.keys) == ["weight", "bias", "mean"])
    pair.weight = Tensor([8, 8])
    pair.mean = Tensor([8])
    try pair.load(state)
    #expect(pair.weight.values == [1, 2])
    #expect(pair.mean.values == [0])
  }

  @Test("a state that does not fit is refused by name, and nothing changes")
  func mismatch() {
    let pair = Pair()
    let error = #expect(throws: NNError.self) {
      try pair.load(["weight": Tensor([1, 2, 3]), "bias": Tensor([0]), "other": Tensor([1])])
    }
    #expect(
      error
        == .stateMismatch(
          missing: ["mean"], unexpected: ["other"],
          shapes: ["weight is [3], the model's is [2]"]))
    #expect(
      error?.description
        == "weights do not fit the model: missing: mean; not in the model: other; of another shape: "
        + "weight is [3], the model's is [2]: load a file that was saved from a model of the same "
        + "make")
    #expect(pair.bias?.values == [3])
  }

  @Test("frozen parameters get no gradient and no place in an optimiser")
  func freeze() {
    let tied = Tied(first: Scale(), second: Scale())
    tied.freeze("first.*")
    let (value, gradients) = valueAndGradient(of: tied) {
      (tied.first.factor * tied.second.factor).sum()
    }
    #expect(value.scalar == 4)
    #expect(gradients.map(\.values) == [[2]])
    #expect(SGD(tied, rate: 1).parameters.map(\.name) == ["second.factor"])
    tied.unfreeze()
    #expect(SGD(tied, rate: 1).parameters.count == 2)
  }

  @Test("gradients come with the value and what else the closure hands out")
  func gradients() {
    let scale = Scale()
    let x = Tensor<Float>([1, 2, 3])
    let (value, gradients, output) = valueAndGradient(of: scale.parameters()) {
      let y = scale(x)
      return ((y * y).sum(), y.stoppingGradient)
    }
    #expect(value.scalar == 56)
    #expect(gradients.map(\.values) == [[56]])
    #expect(output.values == [2, 4, 6])
    // The parameter is a plain array again.
    #expect(!scale.factor.isRecorded)
  }

  @Test("an error in the closure leaves the parameters as they were")
  func thrown() {
    struct Failure: Error {}
    let scale = Scale()
    #expect(throws: Failure.self) {
      try valueAndGradient(of: scale.parameters()) { () throws(Failure) -> Tensor<Float> in
        throw Failure()
      }
    }
    #expect(!scale.factor.isRecorded)
    #expect(scale.factor.values == [2])
  }

  @Test(
    "a star stands for any text",
    arguments: [
      ("*", "", true), ("*", "a.b", true), ("a.b", "a.b", true), ("a.b", "a.bc", false),
      ("*.bias", "x.bias", true), ("*.bias", "bias", false), ("a*c*e", "abcde", true),
      ("a*c*e", "ace", true), ("a*c*e", "aec", false), ("ab*ba", "aba", false),
      ("*norm*", "layers.2.norm.weight", true), ("", "", true), ("", "a", false),
    ])
  func patterns(_ pattern: String, _ name: String, _ matches: Bool) {
    let group = [ParameterGroup(pattern, rate: 0)]
    let variable = NamedVariable(name: name, variable: Variable(Tensor([1])))
    SGD([variable], rate: 1, groups: group).step([Tensor([1])])
    #expect((variable.variable.value.scalar == 1) == matches)
  }
}
