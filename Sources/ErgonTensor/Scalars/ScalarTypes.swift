public import ComplexModule
public import RealModule

extension TensorScalar {
  public static func _sum(_ a: consuming Tensor<Self>, _ b: Tensor<Self>) -> Tensor<Self> {
    preconditionFailure("arrays of \(elementName) have no gradients")
  }

  public static func _reduced(_ gradient: Tensor<Self>, to target: Shape) -> Tensor<Self> {
    preconditionFailure("arrays of \(elementName) have no gradients")
  }
}

extension ArithmeticScalar {
  public static var _zero: Self { 0 }

  public static func _sum(_ a: consuming Tensor<Self>, _ b: Tensor<Self>) -> Tensor<Self> {
    var sum = a
    sum += b
    return sum
  }

  public static func _reduced(_ gradient: Tensor<Self>, to target: Shape) -> Tensor<Self> {
    gradient.summed(to: target)
  }
}

extension Float: FloatScalar {
  public static var elementName: String { "Float" }
}
extension Double: FloatScalar {
  public static var elementName: String { "Double" }
}
extension Int32: NumericScalar {
  public static var elementName: String { "Int32" }
}
extension UInt8: NumericScalar {
  public static var elementName: String { "UInt8" }
}
extension Bool: TensorScalar {
  public static var elementName: String { "Bool" }
  public static var _zero: Bool { false }
}
extension Complex: TensorScalar, ArithmeticScalar where RealType: FloatScalar {
  public static var elementName: String { "Complex<\(RealType.elementName)>" }
}
