import ErgonNN
import ErgonTensor
import Testing

@Suite("Losses, optimisers and schedules give what PyTorch gives")
struct GoldenLearningTests {
  @Test("losses and their gradients")
  func losses() {
    func expect(_ name: String, _ loss: ([String: Tensor<Float>]) -> Tensor<Float>) {
      let inputs = Golden.inputs(of: "loss/" + name)
      Golden.expect("loss/" + name, in: inputs) {
        loss(Dictionary(uniqueKeysWithValues: inputs.map { ($0.name, $0.variable.value) }))
      }
    }
    func constant(_ name: String) -> Tensor<Float> { Golden.tensor("loss/" + name) }
    expect("meanSquared") { meanSquaredError($0["a"]!, constant("meanSquared/of.b")) }
    expect("meanAbsolute") { meanAbsoluteError($0["a"]!, constant("meanAbsolute/of.b")) }
    expect("huber") { huberLoss($0["a"]!, constant("huber/of.b"), delta: 0.7) }
    expect("divergence") {
      klDivergence(logProbabilities: $0["a"]!.logSoftmax(), constant("divergence/of.target"))
    }
    expect("focal") { focalLoss(logits: $0["a"]!, constant("focal/of.target")) }
    expect("dice") { diceLoss($0["a"]!.sigmoid(), constant("dice/of.target")) }
    expect("contrastive") { contrastiveLoss($0["a"]!, $0["b"]!, temperature: 0.5) }
    expect("triplet") { tripletLoss(anchor: $0["a"]!, positive: $0["b"]!, negative: $0["c"]!) }
  }

  private func expectTrajectory(
    _ name: String, schedule: Schedule = .constant, clipping: GradientClipping? = nil,
    _ make: ([NamedVariable]) -> any Optimizer
  ) {
    let p = NamedVariable(name: "p", variable: Variable(Golden.tensor("optimizer/start")))
    let curve = Golden.tensor("optimizer/curve")
    let centre = Golden.tensor("optimizer/centre")
    let optimizer = make([p])
    var rows: [Tensor<Float>] = []
    for step in 0..<5 {
      var (_, gradients) = valueAndGradient(of: [p]) {
        let square = (p.variable.value - centre).squared()
        return (curve * square + square.squared() * 0.25).sum()
      }
      clipping?.clip(&gradients)
      optimizer.step(gradients, schedule.factors(at: step))
      rows.append(p.variable.value)
    }
    Golden.expect(.stacked(rows), "optimizer/\(name)")
  }

  @Test("five steps of every optimiser")
  func trajectories() {
    expectTrajectory("sgd") { SGD($0, rate: 0.05) }
    expectTrajectory("momentum") { SGD($0, rate: 0.05, momentum: 0.9, weightDecay: 0.1) }
    expectTrajectory("nesterov") { SGD($0, rate: 0.05, momentum: 0.9, nesterov: true) }
    expectTrajectory("adam") { Adam($0, rate: 0.1, weightDecay: 0.1) }
    expectTrajectory("adamW") { AdamW($0, rate: 0.1, weightDecay: 0.1) }
    expectTrajectory("clipped", clipping: .norm(1)) { SGD($0, rate: 0.05) }
    expectTrajectory("scheduled", schedule: .cosine(over: 5)) { SGD($0, rate: 0.05) }
  }

  @Test("rates of every schedule")
  func schedules() {
    func expect(_ schedule: Schedule, _ name: String) {
      let count = Golden.tensor("schedule/\(name)").count
      Golden.expect(
        Tensor((0..<count).map { schedule.factors(at: $0).rate }), "schedule/\(name)",
        tolerance: 1e-6)
    }
    expect(.step(every: 5, factor: 0.3), "step")
    expect(.cosine(over: 12, floor: 0.1), "cosine")
    expect(.linear(over: 12, floor: 0.2), "linear")
    expect(.oneCycle(over: 20), "oneCycle")
  }
}
