import RealModule

/// How the rate, and if wanted the weight decay, changes with the step.
///
/// A schedule gives factors by which the optimiser's settings are multiplied; steps count from 0.
///
/// ```swift
/// let schedule = Schedule.cosine(over: 1_000).warmingUp(over: 100)
/// schedule.factors(at: 50).rate            // 0.51
/// ```
public struct Schedule: Sendable {
  private let rule: @Sendable (Int) -> StepFactors

  /// A schedule by any rule.
  public init(_ rule: @escaping @Sendable (_ step: Int) -> StepFactors) { self.rule = rule }

  private init(rate: @escaping @Sendable (Double) -> Double) {
    rule = { StepFactors(rate: Float(rate(Double($0)))) }
  }

  /// The factors at a step, counted from 0.
  public func factors(at step: Int) -> StepFactors { rule(step) }

  /// The full rate at every step.
  public static let constant = Schedule { _ in StepFactors() }

  /// The rate times `factor` once more after every `interval` steps.
  public static func step(every interval: Int, factor: Float) -> Schedule {
    precondition(interval > 0, "schedule: an interval of \(interval) steps")
    return Schedule { StepFactors(rate: Float.pow(factor, $0 / interval)) }
  }

  /// From 1 to `floor` along half a cosine, over `steps` steps.
  ///
  /// - Reference: Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts",
  ///   2017, equation 5.
  public static func cosine(over steps: Int, floor: Double = 0) -> Schedule {
    Schedule { step in floor + (1 - floor) * Self.halfCosine(step / Double(max(steps, 1))) }
  }

  /// From 1 to `floor` along a line, over `steps` steps.
  public static func linear(over steps: Int, floor: Double = 0) -> Schedule {
    Schedule { step in
      floor + (1 - floor) * (1 - min(step / Double(max(steps, 1)), 1))
    }
  }

  /// This schedule after a rise along a line from `1 / steps` to 1.
  ///
  /// The schedule begins when the rise has ended.
  public func warmingUp(over steps: Int) -> Schedule {
    let rule = rule
    return Schedule { step in
      guard step < steps else { return rule(step - steps) }
      var factors = rule(0)
      factors.rate *= Float(step + 1) / Float(steps)
      return factors
    }
  }

  /// One rise from `1 / start` of the rate to all of it, then one fall to `1 / (start * end)`, both
  /// along half a cosine.
  ///
  /// - Parameters:
  ///   - steps: Steps in all.
  ///   - rising: The share of the steps that rise.
  /// - Reference: Smith, Topin, "Super-convergence", 2019.
  public static func oneCycle(
    over steps: Int, rising: Double = 0.3, start: Double = 25, end: Double = 1e4
  ) -> Schedule {
    let peak = max(rising * Double(steps) - 1, 0)
    let last = Double(steps) - 1
    return Schedule { step in
      if step <= peak, peak > 0 {
        return 1 / start + (1 - 1 / start) * (1 - Self.halfCosine(step / peak))
      }
      let floor = 1 / (start * end)
      return floor + (1 - floor) * Self.halfCosine((step - peak) / max(last - peak, 1))
    }
  }

  /// The two stages that ternary weights are trained in: after a warm-up the rate falls along a line
  /// toward zero at the end; half way it drops to `second` times that line, and the weight decay
  /// ends.
  ///
  /// - Reference: Ma et al., "The era of 1-bit LLMs: training tips, code and FAQ", 2024.
  public static func twoStage(
    over steps: Int, second: Double = 2.0 / 3.0, warmUp: Int = 0, decayInSecond: Float = 0
  ) -> Schedule {
    Schedule { step in
      if step < warmUp { return StepFactors(rate: Float(step + 1) / Float(warmUp)) }
      let left = max(1 - Double(step) / Double(max(steps, 1)), 0)
      let isSecond = 2 * step >= steps
      return StepFactors(
        rate: Float(isSecond ? second * left : left), weightDecay: isSecond ? decayInSecond : 1)
    }
  }

  /// 1 at 0, 0 from 1 on.
  private static func halfCosine(_ share: Double) -> Double {
    (1 + Double.cos(.pi * min(max(share, 0), 1))) / 2
  }
}
