/// What can be wrong with stored weights or a training run, each as "what: where: what to do".
public enum NNError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Stored arrays do not fit a model.
  case stateMismatch(missing: [String], unexpected: [String], shapes: [String])
  /// A checkpoint lacks an entry, or holds one that cannot be.
  case malformedCheckpoint(path: String, reason: String)
  /// A checkpoint was written with other settings, so that going on would not be the same run.
  case otherRun(path: String, reason: String)
  /// Something is no longer a number: the loss of a step unless said otherwise.
  case diverged(epoch: Int, step: Int, what: String = "the loss")
  /// There is nothing to learn from, or nothing to validate with.
  case noBatches(epoch: Int, isValidation: Bool = false)
  /// Images of this form do not fit a network.
  case unfitImages(network: String, reason: String)
  /// A file of weights is not one of an image classifier.
  case notAClassifier(path: String, reason: String)

  public var description: String {
    switch self {
    case .stateMismatch(let missing, let unexpected, let shapes):
      "weights do not fit the model: "
        + Self.differences(missing: missing, unexpected: unexpected, shapes: shapes)
        + ": load a file that was saved from a model of the same make"
    case .malformedCheckpoint(let path, let reason):
      "checkpoint refused: \(path): \(reason); delete it to begin anew"
    case .otherRun(let path, let reason):
      "checkpoint of another run: \(path): \(reason); use the same settings, or delete it"
    case .diverged(let epoch, let step, let what):
      "training diverged: epoch \(epoch), step \(step): \(what) is not finite; lower the rate, "
        + "clip the gradients or warm up"
    case .noBatches(let epoch, let isValidation):
      "nothing to \(isValidation ? "validate with" : "train on"): epoch \(epoch): the batches are "
        + "empty; check the data"
    case .unfitImages(let network, let reason):
      "images do not fit: \(network): \(reason); choose another network or other images"
    case .notAClassifier(let path, let reason):
      "not an image classifier: \(path): \(reason); name a file that 'ergon train' wrote"
    }
  }

  /// What does not fit, in words.
  static func differences(missing: [String], unexpected: [String], shapes: [String]) -> String {
    [
      list(missing, "missing"), list(unexpected, "not in the model"),
      list(shapes, "of another shape"),
    ].compactMap(\.self).joined(separator: "; ")
  }

  private static func list(_ names: [String], _ what: String) -> String? {
    guard !names.isEmpty else { return nil }
    let shown = names.prefix(5).joined(separator: ", ")
    return "\(what): \(shown)" + (names.count > 5 ? " and \(names.count - 5) more" : "")
  }
}
