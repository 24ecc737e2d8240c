public import ErgonTensor

/// A place in a model that holds an array: what an optimiser changes and a file stores.
///
/// It is a reference, so that every copy of a model, and the optimiser, see one value.
public final class Variable {
  /// The array that stands there now; `nil` for an optional parameter that is absent.
  public var array: Tensor<Float>?
  /// Whether gradients are taken here and optimisers change it.
  ///
  /// An optimiser notes it once, when it is made.
  public var isTrainable = true

  public init(_ array: Tensor<Float>?) { self.array = array }

  /// The array.
  ///
  /// - Precondition: there is one.
  public var value: Tensor<Float> {
    get { array! }
    // In place, so that a step of an optimiser copies nothing.
    _modify { yield &array! }
  }
}

/// A variable and the path of properties that leads to it, for example `"features.0.weight"`.
public struct NamedVariable {
  public let name: String
  public let variable: Variable

  public init(name: String, variable: Variable) {
    self.name = name
    self.variable = variable
  }
}
