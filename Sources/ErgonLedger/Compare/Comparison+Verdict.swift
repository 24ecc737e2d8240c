internal import ErgonEnergy

extension Comparison {
  /// The outcome in a sentence, from the numbers.
  var sentence: String {
    let bounds = interval.map { " (\($0))" } ?? ""
    if isInsideNoise == true {
      let floor = noiseFloor.map {
        "; a difference below \(QuantityFormat.number(100 * $0, significantDigits: 2)) % would not "
          + "show in these repeats"
      }
      return "\(first.name) and \(second.name) do not differ in \(metric.noun) beyond the noise: "
        + "ratio \(number(ratio))\(bounds)\(floor ?? "")"
    }
    var sentence =
      "\(first.name) takes \(number(ratio)) times the \(metric.noun) of \(second.name)\(bounds)"
    if case .named = metric {
      sentence =
        "\(first.name) has \(number(ratio)) times the \(metric.noun) of \(second.name)\(bounds)"
    }
    if isInsideNoise == nil { sentence += ", in single runs: no interval" }
    return sentence
  }

  private var interval: String? {
    guard let ratioLow, let ratioHigh else { return nil }
    let percent = QuantityFormat.number(100 * confidence)
    return "\(percent) % interval \(number(ratioLow)) … \(number(ratioHigh))"
      + (isPaired ? ", paired" : "")
  }

  /// Enough digits to tell the ratio from 1.
  private func number(_ x: Double) -> String {
    QuantityFormat.number(x, significantDigits: abs(x - 1) < 0.1 ? 4 : 3)
  }
}
