public import ErgonTensor

/// A learned array of a module.
///
/// ```swift
/// struct Scale: Layer {
///   @Parameter var factor = Tensor<Float>([1])
///   func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> { x * factor }
/// }
/// ```
///
/// It may be declared optional, and is no parameter while it is `nil`. The projected value,
/// `$factor`, is the ``Variable`` itself.
@propertyWrapper
public struct Parameter<Value: VariableValue>: ReflectedVariable {
  public let projectedValue: Variable

  @inlinable
  public init(wrappedValue: Value) { projectedValue = Variable(wrappedValue._array) }

  @inlinable
  public var wrappedValue: Value {
    get { Value(_array: projectedValue.array) }
    nonmutating set { projectedValue.array = newValue._array }
  }

  var kind: VariableKind { .parameter }
}

/// An array of a module that is stored with it but not learned: a running mean, a table.
@propertyWrapper
public struct Buffer<Value: VariableValue>: ReflectedVariable {
  public let projectedValue: Variable

  @inlinable
  public init(wrappedValue: Value) { projectedValue = Variable(wrappedValue._array) }

  @inlinable
  public var wrappedValue: Value {
    get { Value(_array: projectedValue.array) }
    nonmutating set { projectedValue.array = newValue._array }
  }

  var kind: VariableKind { .buffer }
}

/// What a ``Parameter`` or ``Buffer`` can be declared as: an array, or an optional one.
///
/// The requirements are not for use outside the package.
public protocol VariableValue {
  /// The array, where there is one.
  var _array: Tensor<Float>? { get }
  /// - Precondition: an array, unless the type is optional.
  init(_array: Tensor<Float>?)
}

extension Tensor: VariableValue where Scalar == Float {
  @inlinable public var _array: Tensor<Float>? { self }
  @inlinable public init(_array: Tensor<Float>?) { self = _array! }
}

extension Optional: VariableValue where Wrapped == Tensor<Float> {
  @inlinable public var _array: Tensor<Float>? { self }
  @inlinable public init(_array: Tensor<Float>?) { self = _array }
}

enum VariableKind { case parameter, buffer }

/// What the walk over a module's properties looks for.
protocol ReflectedVariable {
  var projectedValue: Variable { get }
  var kind: VariableKind { get }
}
