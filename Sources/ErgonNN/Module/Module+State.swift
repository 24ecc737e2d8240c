public import ErgonTensor

extension Module {
  /// Every parameter and buffer by its name: a snapshot that later training does not change.
  ///
  /// - Cost: no numbers are copied until the model changes.
  public func stateDictionary() -> [String: Tensor<Float>] {
    let walk = ModuleWalk(self)
    var state: [String: Tensor<Float>] = [:]
    for entry in walk.parameters + walk.buffers {
      state[entry.name] = entry.variable.value.stoppingGradient
    }
    return state
  }

  /// Replaces every parameter and buffer by the array of its name.
  ///
  /// Nothing is changed unless everything fits.
  ///
  /// - Throws: ``NNError/stateMismatch(missing:unexpected:shapes:)``, which names each array that
  ///   is missing, left over or of another shape.
  public func load(_ state: [String: Tensor<Float>]) throws(NNError) {
    let walk = ModuleWalk(self)
    try (walk.parameters + walk.buffers).load(state)
  }
}

extension [NamedVariable] {
  /// Replaces the value of every variable by the array of its name, or changes nothing.
  func load(_ state: [String: Tensor<Float>]) throws(NNError) {
    try checkFit(of: state)
    for entry in self { entry.variable.value = state[entry.name]! }
  }

  /// Makes sure that there is one array for every variable, of its shape, and no other.
  func checkFit(of state: [String: Tensor<Float>]) throws(NNError) {
    var missing: [String] = []
    var shapes: [String] = []
    for entry in self {
      guard let array = state[entry.name] else {
        missing.append(entry.name)
        continue
      }
      let expected = entry.variable.value.shape
      if array.shape != expected {
        shapes.append("\(entry.name) is \(array.shape), the model's is \(expected)")
      }
    }
    let names = Set(map(\.name))
    let unexpected = state.keys.filter { !names.contains($0) }.sorted()
    guard missing.isEmpty, unexpected.isEmpty, shapes.isEmpty else {
      throw .stateMismatch(missing: missing, unexpected: unexpected, shapes: shapes)
    }
  }
}
