/// Everything that was read at one end of a window, or at a sample inside it.
struct WindowEdge: Sendable {
  /// Seconds on the clock that stands still in sleep, and on the one that does not.
  var awake: Double
  var sinceBoot: Double
  /// Processor time of the scope; `nil` when it could not be read.
  var cpu: CPUTime?
  /// Busy processor-seconds of the machine; `nil` when unknown or not needed.
  var busy: Double?
  var marks: [CounterBank.Mark]
  /// What the processes of the scope have used by their own counters, where there are such.
  var own: ScopeEnergy.Mark?
}

/// Turns the difference of two edges into figures.
struct WindowArithmetic: Sendable {
  let bank: CounterBank
  let model: CPUPowerModel
  let processors: Int
  /// Measured idle power by counter label.
  let idlePower: [String: Interval<Watts>]

  struct Outcome: Sendable {
    var components: [ComponentReading] = []
    var notices: [ReadingNotice] = []
  }

  /// A counter that stands still for this long while processors work is no counter.
  static let deadAfterBusySeconds = 1.0

  /// - Parameter processes: Whom the scope covers, for devices that can tell; `nil` for all.
  func outcome(
    from start: WindowEdge, to end: WindowEdge, scope: WindowScope,
    processes: @autoclosure () -> Set<Int32>?
  ) -> Outcome {
    var outcome = Outcome()
    let duration = max(0, end.awake - start.awake)
    let busy = start.busy.flatMap { from in end.busy.map { max(0, $0 - from) } }
    let cpu = start.cpu.flatMap { from in end.cpu.map { max(0, ($0 - from).total.value) } }
    let own = ownReading(start, end, cpu: cpu)
    if bank.isEmpty, own == nil {
      if let cpu {
        outcome.components.append(estimate(cpu: cpu, busy: busy, scope, duration))
      }
      return outcome
    }

    let totals = bank.slots.indices.map { slot in
      total(slot, start, end, duration, worked: max(busy ?? 0, cpu ?? 0), &outcome.notices)
    }
    let headline =
      own == nil && totals.allSatisfy { $0 != nil }
      ? bank.fullHeadline
      : HeadlineSelection(bank.slots, cpuIsCounted: own != nil) { totals[$0] != nil }
    let whom = processes()
    for slot in bank.slots.indices {
      let isInHeadline = headline.slots.contains(slot)
      let part = reading(
        slot, totals[slot], start, end, scope, whom, duration: duration, busy: busy, cpu: cpu,
        isInHeadline: isInHeadline)
      outcome.components.append(part)
      guard isInHeadline, part.total != nil else { continue }
      if let remark = bank.slots[slot].remark { outcome.notices.append(remark) }
      if whom != nil, part.component.isDevice, part.dynamic?.best == part.total?.best {
        outcome.notices.append(bank.slots[slot].wholeDevice)
      }
    }
    if var own {
      own.isInHeadline = headline.usesProcesses
      outcome.components.append(own)
    }
    if headline.usesModel, let cpu {
      outcome.components.append(estimate(cpu: cpu, busy: busy, scope, duration))
    }
    return outcome
  }

  /// The model's figure for the processor.
  ///
  /// Its idle column is the whole machine's, as for a counter: other scopes' idle is not divided.
  private func estimate(
    cpu: Double, busy: Double?, _ scope: WindowScope, _ duration: Double
  ) -> ComponentReading {
    ComponentReading(
      component: .cpu, counter: model.name, dynamic: model.dynamic(cpuTime: Seconds(cpu)),
      idle: model.idle(duration: Seconds(duration), processors: processors))
  }

  /// What the scope's processes used by their own counters.
  ///
  /// Children that nobody saw alive have processor time but no counter to read; they are given the
  /// joules per second of those that were seen. Where that would be most of the figure there is
  /// none, and a counter of the whole processor is divided instead.
  private func ownReading(
    _ start: WindowEdge, _ end: WindowEdge, cpu: Double?
  ) -> ComponentReading? {
    guard let from = start.own, let to = end.own, let source = bank.processSource, let cpu else {
      return nil
    }
    let counter = source.processCounter
    let seen = to.joules - from.joules
    let unseen = min(cpu, max(0, to.unseen - from.unseen))
    guard seen > 0, unseen <= cpu / 2 else { return nil }
    let best = seen * (cpu > 0 ? cpu / (cpu - unseen) : 1)
    let step = counter.resolution.value
    return ComponentReading(
      component: .cpu, counter: "\(source.name)/\(counter.name)",
      dynamic: Figure(
        Interval(
          low: Joules(max(0, seen * counter.error.low - step)), best: Joules(best),
          high: Joules((seen + 2 * (best - seen)) * counter.error.high + step)),
        unseen > 0.01 * cpu
          ? counter.provenance.attributed(by: "CPU time of ended children") : counter.provenance))
  }

  /// What one counter counted; `nil` is absent, which is not zero.
  private func total(
    _ slot: Int, _ start: WindowEdge, _ end: WindowEdge, _ duration: Double, worked: Double,
    _ notices: inout [ReadingNotice]
  ) -> Figure<Joules>? {
    let (counter, label) = (bank.slots[slot].counter, bank.slots[slot].label)
    let (from, to) = (start.marks[slot], end.marks[slot])
    if let reason = to.goneReason {
      notices.append(.sourceGone(counter: label, reason: reason))
    }
    if to.totals.resets > from.totals.resets { notices.append(.counterReset(counter: label)) }
    if to.totals.ambiguities > from.totals.ambiguities {
      notices.append(.ambiguousWrap(counter: label))
      return nil
    }
    // Energy is known between two good readings only.
    let firstGood = from.lastGood ?? .infinity
    guard let lastGood = to.lastGood, lastGood > firstGood else {
      let reason = to.failure ?? from.failure ?? "it was read for the first time at the end"
      if to.goneReason == nil { notices.append(.absent(counter: label, reason: reason)) }
      return nil
    }

    let joules = CounterAccumulator.joules(counter, from: from.totals, to: to.totals)
    let isPower = counter.reading == .power
    if joules == 0, !isPower {
      // All it counted lay in a dropped step, which has its own notice.
      if to.totals.lostSeconds > from.totals.lostSeconds { return nil }
      if worked >= Self.deadAfterBusySeconds {
        notices.append(.absent(counter: label, reason: "it never moved while processors worked"))
        return nil
      }
      if !to.hasCounted {
        notices.append(.absent(counter: label, reason: "it has shown nothing but zero"))
        return nil
      }
    }
    let step = counter.resolution.value
    if !isPower, joules <= step { notices.append(.belowResolution(counter: label)) }

    var best = joules
    var low = max(0, joules * counter.error.low - step)
    // What passed unseen, in a dropped step or behind the last good sample, may have been anything
    // the device can draw.
    let unseen =
      to.totals.lostSeconds - from.totals.lostSeconds
      + (to.failure == nil ? 0 : max(0, end.awake - lastGood))
    let high = joules * counter.error.high + step + counter.maximumPower.value * unseen
    if from.failure != nil || to.failure != nil {
      notices.append(.partial(counter: label))
    }
    if from.failure != nil {
      // The step that bridges the opening began before it: the window's part is in proportion.
      let bridged = lastGood - firstGood
      best = joules * min(1, max(0, lastGood - start.awake) / bridged)
      low = 0
    }
    return Figure(
      Interval(low: Joules(min(low, best)), best: Joules(best), high: Joules(max(high, best))),
      counter.provenance)
  }

  private func reading(
    _ slot: Int, _ total: Figure<Joules>?, _ start: WindowEdge, _ end: WindowEdge,
    _ scope: WindowScope, _ processes: Set<Int32>?, duration: Double, busy: Double?,
    cpu: Double?, isInHeadline: Bool
  ) -> ComponentReading {
    let counter = bank.slots[slot].counter
    let (from, to) = (start.marks[slot].totals, end.marks[slot].totals)
    var reading = ComponentReading(
      component: counter.component, counter: bank.slots[slot].label, total: total,
      isInHeadline: isInHeadline, wraps: to.wraps - from.wraps, missed: to.missed - from.missed,
      samples: to.samples - from.samples)
    guard let total else { return reading }
    switch counter.component {
    case .cpu, .memory, .platform, .wall:
      guard let cpu else { return reading }
      let shares = Attribution(
        duration: duration, processors: processors, busy: busy,
        scope: scope == .machine ? max(busy ?? cpu, cpu) : cpu,
        idlePower: idlePower[bank.slots[slot].label]
      ).divide(total.interval)
      reading.dynamic = Figure(shares.dynamic, bank.slots[slot].attributed)
      reading.idle = Figure(shares.idle, bank.slots[slot].attributed)
    case .gpu, .accelerator, .storage, .network:
      reading.dynamic = deviceShare(slot, total, processes, duration)
    }
    return reading
  }

  /// A device's own division between processes where it has one; else the whole device.
  private func deviceShare(
    _ slot: Int, _ total: Figure<Joules>, _ processes: Set<Int32>?, _ duration: Double
  ) -> Figure<Joules> {
    guard let processes,
      let share = bank.sources[bank.slots[slot].source].share(
        ofCounter: bank.slots[slot].index, processes: processes, lastSeconds: duration),
      share >= 0, share.isFinite
    else { return total }
    let part = total.interval * min(share, 1)
    let bar = Attribution.mixError
    return Figure(
      Interval(
        low: part.low * (1 - bar), best: part.best,
        high: max(part.best, min(total.high, part.high * (1 + bar)))),
      total.provenance.attributed(by: "the driver's share"))
  }
}

extension EnergyComponent {
  /// Whether processor time says nothing of who used it.
  var isDevice: Bool {
    switch self {
    case .gpu, .accelerator, .storage, .network: true
    case .cpu, .memory, .platform, .wall: false
    }
  }
}
