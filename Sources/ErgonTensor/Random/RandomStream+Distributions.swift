import RealModule

// Distributions whose numbers need a varying number of draws.
extension RandomStream {
  /// A number of the gamma distribution with scale 1.
  mutating func gamma(_ alpha: Double) -> Double {
    alpha >= 1 ? gammaAboveOne(alpha) : .exp(logGamma(alpha))
  }

  /// The logarithm of a number of the gamma distribution, which for small `alpha` may be below
  /// the least positive number.
  mutating func logGamma(_ alpha: Double) -> Double {
    precondition(alpha > 0, "gamma: a shape parameter of \(alpha)")
    if alpha >= 1 { return .log(gammaAboveOne(alpha)) }
    // A number for alpha + 1 times a uniform one to the power 1 / alpha.
    return .log(gammaAboveOne(alpha + 1)) + .log(positiveUnit()) / alpha
  }

  private mutating func gammaAboveOne(_ alpha: Double) -> Double {
    let d = alpha - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      if .log(positiveUnit()) < 0.5 * x * x + d - d * v + d * .log(v) { return d * v }
    }
  }

  /// A number of the Poisson distribution.
  mutating func poisson(_ rate: Double) -> Int {
    if rate < 10 {
      // As many as fit of factors whose product falls below exp(-rate).
      let limit = Double.exp(-rate)
      var product = positiveUnit()
      var count = 0
      while product > limit {
        product *= positiveUnit()
        count += 1
      }
      return count
    }
    // Hörmann's algorithm PTRS.
    let b = 0.931 + 2.53 * rate.squareRoot()
    let a = -0.059 + 0.02483 * b
    let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
    let top = 0.9277 - 3.6224 / (b - 2)
    while true {
      let u = unit() - 0.5
      let v = positiveUnit()
      let us = 0.5 - Swift.abs(u)
      let k = ((2 * a / us + b) * u + rate + 0.43).rounded(.down)
      if us >= 0.07, v <= top { return Int(k) }
      if k < 0 || (us < 0.013 && v > us) { continue }
      let accepted = Double.log(v * inverseAlpha / (a / (us * us) + b))
      if accepted <= k * .log(rate) - rate - .logGamma(k + 1) { return Int(k) }
    }
  }
}
