/// The sums behind the means of an ``Evaluation``.
struct EvaluationSums {
  private(set) var loss = 0.0
  private(set) var items = 0
  let names: [String]
  private(set) var totals: [Double]
  private(set) var weights: [Double]

  init(metrics names: [String]) {
    self.names = names
    totals = names.map { _ in 0 }
    weights = totals
  }

  /// Sums as they were written down; `nil` where they do not belong to these metrics.
  init?(metrics names: [String], loss: Double, items: Int, totals: [Double], weights: [Double]) {
    guard totals.count == names.count, weights.count == names.count, items >= 0 else { return nil }
    self.names = names
    self.loss = loss
    self.items = items
    self.totals = totals
    self.weights = weights
  }

  /// Takes in the mean loss of `count` cases.
  mutating func add(_ loss: Double, _ count: Int) {
    self.loss += loss * Double(count)
    items += count
  }

  /// Takes in a metric's part.
  mutating func add(_ metric: Int, _ part: (total: Double, weight: Double)) {
    totals[metric] += part.total
    weights[metric] += part.weight
  }

  var meanLoss: Double { loss / Double(max(items, 1)) }

  var means: Evaluation {
    Evaluation(
      loss: meanLoss,
      figures: Dictionary(uniqueKeysWithValues: names.indices.map { (names[$0], mean($0)) }),
      items: items)
  }

  /// Loss and metrics as the progress line shows them.
  var figures: [(name: String, value: Double)] {
    var figures = [(name: "loss", value: meanLoss)]
    for index in names.indices { figures.append((names[index], mean(index))) }
    return figures
  }

  private func mean(_ metric: Int) -> Double { totals[metric] / weights[metric] }
}
