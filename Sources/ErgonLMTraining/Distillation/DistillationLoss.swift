import CErgonKernels
public import ErgonTensor

/// How far a student's distribution of the next token is from its teacher's, and from the token that
/// came.
///
///     hardShare · -log q[target] + (1 - hardShare) · T² · KL(softmax(teacher / T) || softmax(student / T))
///
/// as a mean over the places whose target is not -1. T² keeps the gradient's size the same for every
/// temperature.
///
/// ```swift
/// distillationLoss(network(batch.inputs, pass), teacher: teacher.logits(batch.inputs),
///   targets: batch.targets)            // [n, steps, vocabulary] twice, [n, steps]  ->  []
/// ```
///
/// - Parameters:
///   - teacher: A constant to gradients.
///   - targets: Of the logits' shape without the last axis.
///   - hardShare: 0 to learn from the teacher alone, 1 from the tokens alone.
/// - Precondition: targets are in `-1 ..< vocabulary`; the gradient's gradient is not asked for.
/// - Cost: two exponentials a logit, three with tokens at another temperature than 1; value and
///   gradient are one pass over both arrays, and the gradient has the size of the logits.
/// - Reference: Hinton, Vinyals, Dean, "Distilling the knowledge in a neural network", 2015.
@specialized(where S == Float)
public func distillationLoss<S: FloatScalar>(
  _ student: Tensor<S>, teacher: Tensor<S>, targets: Tensor<Int32>, temperature: S = 1,
  hardShare: S = 0
) -> Tensor<S> {
  precondition(
    student.rank > 0 && teacher.shape == student.shape
      && targets.rank == student.rank - 1
      && (0..<targets.rank).allSatisfy { targets.shape[$0] == student.shape[$0] },
    "distillationLoss: a student's \(student.shape), a teacher's \(teacher.shape), targets "
      + "\(targets.shape): [n, steps, vocabulary] twice and [n, steps] are due")
  precondition(temperature > 0, "distillationLoss: a temperature of \(temperature)")
  precondition(
    0 <= hardShare && hardShare <= 1, "distillationLoss: a hard share of \(hardShare)")
  let classes = student.shape[-1]
  let targets = targets.contiguous()
  let counted = targets.withElements { labels in
    for label in labels {
      precondition(
        label >= -1 && label < classes,
        "distillationLoss: target \(label) is not in -1 ..< \(classes)")
    }
    return labels.count { $0 >= 0 }
  }
  var rows = DistillationRows(
    student: student.stoppingGradient.contiguous(), teacher: teacher.stoppingGradient.contiguous(),
    targets: targets, temperature: temperature, hardShare: hardShare,
    weight: 1 / S(max(counted, 1)))
  let loss = rows.run(makingGradient: student.isRecorded)
  guard let gradient = rows.gradient else { return loss }
  let place = student.outline
  return loss.recorded { g, back in
    precondition(
      !back.isRecorded, "distillationLoss: a gradient of its gradient; compose it of logSoftmax")
    back.add(to: place) { gradient * g }
  }
}

/// The loss and its gradient, some rows at a time, so that what is in between stays in the caches.
private struct DistillationRows<S: FloatScalar> {
  let student: Tensor<S>
  let teacher: Tensor<S>
  let targets: Tensor<Int32>
  let temperature: S
  let hardShare: S
  /// Of each row in the mean.
  let weight: S
  private(set) var gradient: Tensor<S>?

  init(
    student: Tensor<S>, teacher: Tensor<S>, targets: Tensor<Int32>, temperature: S, hardShare: S,
    weight: S
  ) {
    self.student = student
    self.teacher = teacher
    self.targets = targets
    self.temperature = temperature
    self.hardShare = hardShare
    self.weight = weight
  }

  /// The loss.
  mutating func run(makingGradient: Bool) -> Tensor<S> {
    let (count, classes) = (targets.count, student.shape[-1])
    var losses = [S](repeating: 0, count: count)
    let height = max(1, 4096 / max(classes, 1))
    losses.withUnsafeMutableBufferPointer { losses in
      let losses = losses.baseAddress
      func pass(_ out: UnsafeMutablePointer<S>?) {
        parallelLoop(count, grain: height) { rows in
          var block = Block(self, classes)
          for row in rows {
            losses![row] = block.row(row, gradient: out.map { $0 + row * classes })
          }
          block.free()
        }
      }
      if makingGradient {
        gradient = Tensor(shape: student.shape) { pass($0) }
      } else {
        pass(nil)
      }
    }
    // In double precision and in order: the same whatever the threads.
    return Tensor(S(losses.reduce(0.0) { $0 + Double($1) } * Double(weight)))
  }

  /// What a thread needs for a row.
  private struct Block {
    let rows: DistillationRows
    let classes: Int
    /// The teacher's probabilities; the student's; both logits divided by the temperature.
    let p, q, t, s: UnsafeMutablePointer<S>

    init(_ rows: DistillationRows, _ classes: Int) {
      self.rows = rows
      self.classes = classes
      p = .allocate(capacity: 4 * classes)
      q = p + classes
      t = q + classes
      s = t + classes
    }

    func free() { p.deallocate() }

    mutating func row(_ row: Int, gradient: UnsafeMutablePointer<S>?) -> S {
      let target = Int(rows.targets.start[row])
      guard target >= 0 else {
        gradient?.update(repeating: 0, count: classes)
        return 0
      }
      let student = rows.student.start + row * classes
      let temperature = rows.temperature
      let (hard, soft) = (rows.hardShare, 1 - rows.hardShare)
      var loss: S = 0
      // The slope is summed up in q.
      if soft > 0 {
        S._binaryScalar(EK_MULTIPLY, false, classes, student, 1 / temperature, s)
        S._binaryScalar(
          EK_MULTIPLY, false, classes, rows.teacher.start + row * classes, 1 / temperature, t)
        S._softmax(1, classes, 1, t, p)
        S._softmax(1, classes, 1, s, q)
        var (teacherSum, studentSum): (S, S) = (0, 0)
        S._logSumExp(1, classes, t, &teacherSum)
        S._logSumExp(1, classes, s, &studentSum)
        // Σ p (log p - log q) = Σ p (t - s) - log Σ exp t + log Σ exp s
        S._binaryFlat(EK_SUBTRACT, classes, t, s, t)
        let divergence = S._dot(classes, p, t) - teacherSum + studentSum
        loss += soft * temperature * temperature * max(divergence, 0)
        if gradient != nil {
          S._binaryFlat(EK_SUBTRACT, classes, q, p, q)
          S._binaryScalar(EK_MULTIPLY, false, classes, q, soft * temperature, q)
        }
      } else {
        q.update(repeating: 0, count: classes)
      }
      if hard > 0 {
        var label = Int32(target)
        var surprise: S = 0
        S._crossEntropy(1, classes, student, &label, 0, &surprise, gradient == nil ? nil : p)
        loss += hard * surprise
        if gradient != nil { S._axpy(classes, hard, p, q) }
      }
      if let gradient { S._binaryScalar(EK_MULTIPLY, false, classes, q, rows.weight, gradient) }
      return loss
    }
  }
}
