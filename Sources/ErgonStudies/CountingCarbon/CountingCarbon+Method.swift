import ErgonEnergy
import ErgonLab
import ErgonLedger
import ErgonNumerics
import Foundation

extension CountingCarbon {
  // MARK: Accounting

  /// `C = sum(n TDP) T I`, and the best-known row of earlier work to the printed pound.
  func accounting() throws -> [Claim] {
    var record = FootprintRecord(
      id: "example", name: "eight V100 for 100 hours",
      devices: [.init(model: "V100", count: 8, tdpW: 300)], hours: 100,
      intensity: .init(value: 475), provenance: .declared)
    let plain = try record.footprint()
    record.pue = 1.58
    let building = try record.footprint()
    var claims = [
      Claim(
        "formula.energy", "8 V100 of 300 W for 100 h draw 240 kWh", published: 240,
        ours: plain.energy?.kilowattHours, unit: "kWh", tolerance: .absolute(0)),
      Claim(
        "formula.carbon", "At 475 g/kWh that is 114.0 kg", published: 114,
        ours: plain.carbon.map { $0.value / 1000 }, unit: "kg", tolerance: .absolute(0)),
      Claim(
        "formula.building", "With a PUE of 1.58 it is 180.12 kg", published: 180.12,
        ours: building.carbon.map { $0.value / 1000 }, unit: "kg", tolerance: .relative(1e-12)),
    ]
    let printed: [(id: String, pounds: Double)] = [
      ("transformer-base", 26), ("transformer-big", 192), ("elmo", 262), ("bert-base", 1438),
      ("nas-transformer", 626_155),
    ]
    for (id, pounds) in printed {
      let record = try StarterRegistry.registry.record(id)
      let carbon = try record.footprint().carbon
      claims.append(
        Claim(
          "strubell.\(id)", "\(record.name): printed pounds of CO2e (Strubell et al. 2019)",
          published: pounds, ours: carbon.map { ($0.value / 453.59237).rounded() }, unit: "lb",
          tolerance: .absolute(0), remark: "figures " + StarterRegistry.mark))
    }
    let bert = try StarterRegistry.registry.record("bert-base").footprint().carbon
    claims.append(
      Claim(
        "strubell.bert-kg", "BERT base: 1,507 kWh at 0.954 lb/kWh are 652.1 kg", published: 652.1,
        ours: bert.map { $0.value / 1000 }, unit: "kg", tolerance: .relative(0.001)))
    return claims
  }

  // MARK: Decomposition

  /// `share_k = Cov(x_k, y) / Var(y)` on a registry with known answer, and as Shapley values.
  func decomposition(_ settings: Settings) throws -> [Claim] {
    let synthetic = SyntheticRegistry(power: 0.5, time: 1, intensity: 0.8)
    let rows = synthetic.records(settings.rows, seed: UInt64(bitPattern: Int64(settings.seed)))
      .map { SurveyRow($0) }
    let survey = Survey(rows, by: [], quality: false)
    let names = FactorChain.powerTimeIntensity.names
    var claims = zip(names, synthetic.expectedShares).map { name, expected in
      Claim(
        "shares.\(name)",
        "Share of \(name) where log power, time and intensity spread by 0.5, 1 and 0.8",
        published: expected, ours: survey.shares?.share(of: name), tolerance: .absolute(0.02))
    }
    let sum = survey.shares.map { abs($0.parts.reduce(0) { $0 + $1.share } - 1) }
    claims.append(
      Claim(
        "shares.sum", "The shares add up to 1: distance from it", published: 0, ours: sum,
        tolerance: .atMost(1e-12)))
    claims.append(
      Claim(
        "shares.shapley",
        "The shares are the Shapley values of the log-additive game: greatest difference over "
          + "\(settings.registries) random registries", published: 0,
        ours: shapleyDistance(settings), tolerance: .atMost(1e-12)))
    claims += try pairs()
    return claims
  }

  /// The greatest difference between a covariance share and the Shapley value by enumeration.
  private func shapleyDistance(_ settings: Settings) -> Double {
    var random = SplitMix64(seed: UInt64(bitPattern: Int64(settings.seed)))
    var distance = 0.0
    for _ in 0..<settings.registries {
      // Three factors that lean on a common one, so that their covariances matter.
      let columns = (0..<3).map { _ in [Double](repeating: 0, count: 50) }
      let common = columns[0].map { _ in random.nextNormal() }
      let logs = columns.map { column in
        let (own, shared) = (exp(random.nextNormal()), random.nextNormal())
        return zip(column, common).map { $0 + own * random.nextNormal() + shared * $1 }
      }
      guard
        let shares = Decomposition(
          factors: zip(["P", "T", "I"], logs).map { (name: $0, logs: $1) })
      else { continue }
      for (part, value) in zip(shares.parts, shapley(logs)) {
        distance = max(distance, abs(part.share - value))
      }
    }
    return distance
  }

  /// Shapley values of `v(S) = Var(sum over S of x_k)`, as shares, by enumeration of coalitions.
  private func shapley(_ logs: [[Double]]) -> [Double] {
    let players = logs.count
    let worth = (0..<1 << players).map { coalition in
      let sums = logs[0].indices.map { row in
        (0..<players).reduce(0) { coalition & 1 << $1 == 0 ? $0 : $0 + logs[$1][row] }
      }
      return Statistics.variance(sums) ?? 0
    }
    let factorials = (0...players).map { $0 < 2 ? 1.0 : (2...$0).reduce(1.0) { $0 * Double($1) } }
    return (0..<players).map { player in
      (0..<1 << players).reduce(0.0) { value, coalition in
        guard coalition & 1 << player == 0 else { return value }
        let size = coalition.nonzeroBitCount
        let weight = factorials[size] * factorials[players - size - 1] / factorials[players]
        return value + weight * (worth[coalition | 1 << player] - worth[coalition])
      } / worth[1 << players - 1]
    }
  }

  /// `ln(C_a / C_b)` is the sum of the factors' log ratios, and changes sign with the question.
  private func pairs() throws -> [Claim] {
    let registry = StarterRegistry.registry
    let rows = registry.records.map { (id: $0.id, footprint: registry.footprint(of: $0)) }
    var (product, symmetry) = (0.0, 0.0)
    for a in rows {
      for b in rows {
        guard let there = try? PairwiseExplanation(of: a, against: b),
          let back = try? PairwiseExplanation(of: b, against: a),
          let first = a.footprint.carbon, let second = b.footprint.carbon
        else { continue }
        let factors = there.factors.reduce(1) { $0 * $1.ratio }
        product = max(product, abs(factors / (first / second) - 1))
        for (x, y) in zip(there.factors, back.factors) {
          symmetry = max(symmetry, abs(x.ratio * y.ratio - 1))
        }
      }
    }
    return [
      Claim(
        "pairs.product", "Factors of a pair multiply to the ratio of emissions: greatest error",
        published: 0, ours: product, tolerance: .atMost(1e-12)),
      Claim(
        "pairs.symmetry", "(a, b) and (b, a) are each other's inverse: greatest error",
        published: 0, ours: symmetry, tolerance: .atMost(1e-12)),
    ]
  }

  // MARK: What if, how sure, when

  func questions(_ settings: Settings) throws -> [Claim] {
    let poland = FootprintRecord(
      id: "poland", name: "100 MWh in Poland", year: 2024, place: .init(country: "PL"),
      published: .init(energyKWh: 100_000, citation: "worked example", verification: "exact"),
      provenance: .published)
    let moved = try WhatIf.moving(poland, to: "SE")
    let years = [moved.before.intensityYear, moved.after.intensityYear]
      .map { $0.map(String.init) ?? "no year" }
    let spreads = [1.05, 1.6, 1.1, 1.15]
    let closed = FootprintSpread.product(spreads)
    return [
      Claim(
        "whatif.before", "100 MWh in Poland emit 61.5 t", published: 61.5,
        ours: moved.before.carbon.map { $0.value / 1e6 }, unit: "t", tolerance: .relative(1e-9),
        remark: "intensity of \(years[0])"),
      Claim(
        "whatif.after", "In Sweden they emit 3.6 t", published: 3.6,
        ours: moved.after.carbon.map { $0.value / 1e6 }, unit: "t", tolerance: .relative(1e-9),
        remark: "intensity of \(years[1])"),
      Claim(
        "whatif.factor", "That is a factor of 17.1", published: 17.1, ours: moved.reduction,
        tolerance: .absolute(0.05)),
      Claim(
        "spread.closed", "Spreads of 1.05, 1.6, 1.1 and 1.15 make one of 1.65", published: 1.65,
        ours: closed, tolerance: .absolute(0.01)),
      Claim(
        "spread.simulated", "The closed form agrees with a simulation", published: closed,
        ours: simulatedSpread(spreads, settings), tolerance: .relative(0.02)),
    ] + (try shifting(settings))
  }

  /// Half the distance between the 15.87th and the 84.13th percentile of the log of the product.
  private func simulatedSpread(_ spreads: [Double], _ settings: Settings) -> Double? {
    var random = SplitMix64(seed: UInt64(bitPattern: Int64(settings.seed)) &+ 1)
    let logs = (0..<settings.draws).map { _ in
      spreads.reduce(0.0) { $0 + log($1) * random.nextNormal() }
    }
    return Statistics.quantiles(logs, [Normal.cdf(-1), Normal.cdf(1)])
      .map { exp(($0[1] - $0[0]) / 2) }
  }

  /// A day-and-night intensity with noise; the chosen start against every other one.
  private func shifting(_ settings: Settings) throws -> [Claim] {
    var random = SplitMix64(seed: UInt64(bitPattern: Int64(settings.seed)) &+ 2)
    let intensity = (0..<settings.hours).map { hour in
      300 + 150 * sin(Double(hour) / 24 * 2 * .pi) + 40 * random.nextUnit()
    }
    let energy = (0..<settings.jobHours).map { _ in 5 + random.nextUnit() }
    let shift = try TimeShift(energyKWh: energy, intensity: intensity)
    // Every start once more, hour by hour from the back.
    var least = Double.infinity
    for start in 0...settings.hours - settings.jobHours {
      var grams = 0.0
      for hour in (0..<settings.jobHours).reversed() {
        grams += energy[hour] * intensity[start + hour]
      }
      least = min(least, grams)
    }
    return [
      Claim(
        "shift.optimum",
        "The start found for a \(settings.jobHours) h job in \(settings.hours) h is the cleanest: "
          + "emissions above the least possible", published: 0,
        ours: shift.carbon[shift.bestStart].value / least - 1, tolerance: .absolute(1e-12)),
      Claim(
        "shift.saving", "What the best start saves against an immediate one", published: nil,
        ours: shift.saving, tolerance: .between(0, 1)),
    ]
  }
}
