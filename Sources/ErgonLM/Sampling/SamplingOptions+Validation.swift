extension SamplingOptions {
  /// - Throws: ``LMError`` for an option outside its range or a token outside the vocabulary.
  public func validate(vocabularySize: Int) throws(LMError) {
    try check("temperature", temperature, temperature.isFinite, "a finite number, 0 for greedy")
    try check(
      "dynamic temperature range", dynamicTemperatureRange, dynamicTemperatureRange.isFinite,
      "a finite number, 0 for none")
    try check(
      "dynamic temperature exponent", dynamicTemperatureExponent,
      dynamicTemperatureExponent.isFinite && dynamicTemperatureExponent >= 0, "0 or more")
    try check("top-k", Float(topK), topK >= 0, "0 or more")
    try check("top-p", topP, topP > 0 && topP <= 1, "above 0, at most 1")
    try check("min-p", minP, minP >= 0 && minP <= 1, "from 0 to 1")
    try check("typical-p", typicalP, typicalP > 0 && typicalP <= 1, "above 0, at most 1")
    try check("top-nσ", topNSigma, topNSigma.isFinite && topNSigma >= 0, "0 or more")
    try check(
      "XTC probability", xtcProbability, xtcProbability >= 0 && xtcProbability <= 1, "from 0 to 1")
    try check("XTC threshold", xtcThreshold, xtcThreshold >= 0, "0 or more")
    try check(
      "repeat penalty", repeatPenalty, repeatPenalty.isFinite && repeatPenalty > 0, "above 0")
    try check("penalty window", Float(penaltyWindow), penaltyWindow >= -1, "-1 or more")
    try check("frequency penalty", frequencyPenalty, frequencyPenalty.isFinite, "a finite number")
    try check("presence penalty", presencePenalty, presencePenalty.isFinite, "a finite number")
    try check(
      "DRY multiplier", dryMultiplier, dryMultiplier.isFinite && dryMultiplier >= 0,
      "0 or more")
    try check("DRY base", dryBase, dryBase.isFinite && dryBase >= 1, "1 or more")
    try check("DRY allowed length", Float(dryAllowedLength), dryAllowedLength >= 1, "1 or more")
    try check("mirostat", Float(mirostat), mirostat == 0 || mirostat == 2, "0 or 2")
    try check("mirostat tau", mirostatTau, mirostatTau.isFinite && mirostatTau >= 0, "0 or more")
    try check("mirostat eta", mirostatEta, mirostatEta.isFinite && mirostatEta >= 0, "0 or more")
    try check(
      "log-probabilities", Float(logProbabilities ?? 0), (logProbabilities ?? 0) >= 0, "0 or more")
    for (token, bias) in logitBias {
      guard token >= 0, Int(token) < vocabularySize else {
        throw .request(
          what: "logit bias", reason: "there is no token \(token)",
          mend: "the vocabulary has 0 to \(vocabularySize - 1)")
      }
      try check("logit bias", bias, bias < .infinity, "finite, or minus infinity to forbid a token")
    }
  }

  private func check(
    _ name: String, _ value: Float, _ isValid: Bool, _ range: String
  ) throws(LMError) {
    guard isValid else {
      throw .request(what: name, reason: "\(value) is not possible", mend: "use \(range)")
    }
  }
}
