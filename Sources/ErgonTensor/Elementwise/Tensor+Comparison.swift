import CErgonKernels

// Comparisons element by element, with the standard library's operators for vectors: their result
// is a mask.
extension Tensor where Scalar: NumericScalar {
  public static func .== (a: Tensor, b: Tensor) -> Tensor<Bool> { a.compared(EK_EQUAL, b, ".==") }
  public static func .!= (a: Tensor, b: Tensor) -> Tensor<Bool> {
    a.compared(EK_NOT_EQUAL, b, ".!=")
  }
  public static func .< (a: Tensor, b: Tensor) -> Tensor<Bool> { a.compared(EK_LESS, b, ".<") }
  public static func .<= (a: Tensor, b: Tensor) -> Tensor<Bool> {
    a.compared(EK_LESS_EQUAL, b, ".<=")
  }
  public static func .> (a: Tensor, b: Tensor) -> Tensor<Bool> { a.compared(EK_GREATER, b, ".>") }
  public static func .>= (a: Tensor, b: Tensor) -> Tensor<Bool> {
    a.compared(EK_GREATER_EQUAL, b, ".>=")
  }

  public static func .== (a: Tensor, b: Scalar) -> Tensor<Bool> { a .== Tensor(b) }
  public static func .!= (a: Tensor, b: Scalar) -> Tensor<Bool> { a .!= Tensor(b) }
  public static func .< (a: Tensor, b: Scalar) -> Tensor<Bool> { a .< Tensor(b) }
  public static func .<= (a: Tensor, b: Scalar) -> Tensor<Bool> { a .<= Tensor(b) }
  public static func .> (a: Tensor, b: Scalar) -> Tensor<Bool> { a .> Tensor(b) }
  public static func .>= (a: Tensor, b: Scalar) -> Tensor<Bool> { a .>= Tensor(b) }
}

extension Tensor where Scalar: FloatScalar {
  /// Which elements are not numbers.
  public var isNaN: Tensor<Bool> { self .!= self }
  /// Which elements are neither infinite nor NaN.
  public var isFinite: Tensor<Bool> { abs() .< .infinity }
  /// Whether no element is infinite or NaN.
  public var allFinite: Bool { isFinite.all() }
}

// MARK: Masks

extension Tensor where Scalar == Bool {
  public static prefix func .! (a: Tensor) -> Tensor { a.counted(EK_EQUAL, 0) }
  public static func .& (a: Tensor, b: Tensor) -> Tensor {
    a.asBytes.combined(EK_MINIMUM, b.asBytes, ".&").asMask
  }
  public static func .| (a: Tensor, b: Tensor) -> Tensor {
    a.asBytes.combined(EK_MAXIMUM, b.asBytes, ".|").asMask
  }
  public static func .^ (a: Tensor, b: Tensor) -> Tensor {
    a.asBytes.compared(EK_NOT_EQUAL, b.asBytes, ".^")
  }

  /// Whether every element is true.
  public func all() -> Bool { withElements { !$0.contains(false) } }
  /// Whether any element is true.
  public func any() -> Bool { withElements { $0.contains(true) } }
  /// How many elements are true.
  public func trueCount() -> Int { withElements { $0.reduce(0) { $1 ? $0 + 1 : $0 } } }

  /// Whether every element along the axes is true.
  public func all(axes: [Int], keepingAxes: Bool = false) -> Tensor {
    asBytes.min(axes: axes, keepingAxes: keepingAxes).asMask
  }
  /// Whether any element along the axes is true.
  public func any(axes: [Int], keepingAxes: Bool = false) -> Tensor {
    asBytes.max(axes: axes, keepingAxes: keepingAxes).asMask
  }
  /// How many elements along the axes are true.
  public func trueCount(axes: [Int], keepingAxes: Bool = false) -> Tensor<Int32> {
    Tensor<Int32>(self).sum(axes: axes, keepingAxes: keepingAxes)
  }

  private func counted(_ op: ek_compare_op, _ value: UInt8) -> Tensor {
    asBytes.compared(op, Tensor<UInt8>(value), "mask")
  }

  /// The same memory read as 0 and 1.
  var asBytes: Tensor<UInt8> { Tensor<UInt8>(storage: storage, layout: layout) }
}

extension Tensor where Scalar == UInt8 {
  /// The same memory read as a mask.
  ///
  /// - Precondition: every element is 0 or 1.
  fileprivate var asMask: Tensor<Bool> { Tensor<Bool>(storage: storage, layout: layout) }
}
