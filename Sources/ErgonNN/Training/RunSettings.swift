import ErgonTensor

/// One setting of a run, in words.
struct RunSetting {
  let name: String
  let value: String
}

extension TrainingRun {
  /// What makes this run another than one that began like it, in the order of being looked at.
  ///
  /// - Parameter steps: Steps taken. The schedule's factors count for these alone, since no step to
  ///   come has been taken with others; and a schedule need not have an answer for other steps.
  func settings(after steps: Int) -> [RunSetting] {
    var settings = [
      RunSetting(name: "optimizer", value: "\(type(of: optimizer))"),
      RunSetting(name: "identity", value: checkpoint?.identity ?? ""),
      RunSetting(name: "seed", value: "\(seed)"),
      RunSetting(name: "accumulation", value: "\(options.accumulation)"),
      RunSetting(name: "clipping", value: Self.text(options.clipping)),
      RunSetting(name: "weight averaging", value: Self.text(options.averageDecay)),
      RunSetting(name: "early stop", value: Self.text(options.earlyStop)),
    ]
    for (name, value) in optimizer.configuration.sorted(by: { $0.key < $1.key }) {
      settings.append(RunSetting(name: name, value: value))
    }
    settings.append(
      RunSetting(
        name: "list of parameters", value: optimizer.parameters.map(\.name).joined(separator: " ")))
    settings.append(RunSetting(name: "schedule", value: factors(before: steps)))
    return settings
  }

  private static func text(_ clipping: GradientClipping?) -> String {
    switch clipping {
    case .norm(let bound): "norm \(bound)"
    case .value(let bound): "value \(bound)"
    case nil: "none"
    }
  }

  private static func text(_ decay: Float?) -> String { decay.map { "\($0)" } ?? "none" }

  private static func text(_ rule: EarlyStop?) -> String {
    guard let rule else { return "none" }
    let figure =
      switch rule.figure {
      case .loss: "loss"
      case .greatest(let name): "greatest \(name)"
      case .least(let name): "least \(name)"
      }
    return "\(figure), patience \(rule.patience), restoring the best: \(rule.restoresBest)"
  }

  /// The schedule's factors at up to 32 of the first `steps` steps, evenly apart.
  private func factors(before steps: Int) -> String {
    let samples = min(steps, 32)
    return (0..<samples).map { index in
      // The quotient first, because a file may name any number of steps.
      let step = index * (steps / samples) + index * (steps % samples) / samples
      let factors = options.schedule.factors(at: step)
      return "\(step): \(factors.rate) \(factors.weightDecay)"
    }.joined(separator: ", ")
  }
}

extension CheckpointFile {
  /// Makes sure that the run was written with these settings.
  func check(_ settings: [RunSetting]) throws(NNError) {
    var differences: [String] = []
    for setting in settings {
      let stored = text("setting." + setting.name)
      guard stored != setting.value else { continue }
      let (theirs, ours) = Self.shortened(stored ?? "not stated", setting.value)
      differences.append("its \(setting.name) is \(theirs), this run's is \(ours)")
      // Another rule has other settings; to list them says nothing more.
      if setting.name == "optimizer" { break }
    }
    guard differences.isEmpty else { throw otherRun(differences.joined(separator: "; ")) }
  }

  /// Makes sure that stored arrays fit, and says otherwise whose they are.
  func check(
    _ state: [String: Tensor<Float>], fit variables: [NamedVariable], _ what: String
  ) throws(NNError) {
    do {
      try variables.checkFit(of: state)
    } catch .stateMismatch(let missing, let unexpected, let shapes) {
      let differences = NNError.differences(
        missing: missing, unexpected: unexpected, shapes: shapes)
      throw otherRun("its \(what) is another's: \(differences)")
    }
  }

  /// Two long texts from shortly before where they part.
  private static func shortened(_ first: String, _ second: String) -> (String, String) {
    let shared = zip(first, second).prefix { $0 == $1 }.count
    func short(_ text: String) -> String {
      guard text.count > 60 else { return text.isEmpty ? "empty" : text }
      let start = max(shared - 20, 0)
      let rest = text.dropFirst(start)
      return (start > 0 ? "…" : "") + rest.prefix(60) + (rest.count > 60 ? "…" : "")
    }
    return (short(first), short(second))
  }
}
