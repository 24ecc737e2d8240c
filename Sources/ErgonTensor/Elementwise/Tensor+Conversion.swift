import CErgonKernels

// Other element types. Floats to integers truncate and saturate; NaN gives 0.
extension Tensor where Scalar: NumericScalar {
  /// The same numbers as another type.
  ///
  /// Between floating-point types the conversion is recorded, so that part of a computation can
  /// run in `Double`.
  public init<Source: NumericScalar>(_ other: Tensor<Source>) {
    if let same = other as? Tensor {
      self = same
      return
    }
    let x = other.layout.isContiguous ? other : other.copied()
    let y = Tensor(shape: x.shape) { out in
      convert(
        x.count, UnsafeRawPointer(x.start), Source.self, UnsafeMutableRawPointer(out), Scalar.self)
    }
    guard other.isRecorded else {
      self = y
      return
    }
    let place = other.outline
    self = y.recorded { g, back in back.add(to: place) { Tensor<Source>(g) } }
  }

  /// 1 where the mask is true, else 0.
  public init(_ mask: Tensor<Bool>) { self.init(mask.asBytes) }
}

extension Tensor where Scalar == Float {
  /// The bytes of an image as (byte - `subtracting`) * `scale`.
  public init(_ bytes: Tensor<UInt8>, subtracting: Float, scale: Float) {
    let x = bytes.contiguous()
    self.init(shape: x.shape) { ek_u8_to_f32(x.count, x.start, subtracting, scale, $0) }
  }
}

/// Converts `count` numbers; types without a kernel of their own go through one that holds every
/// value of both.
private func convert<Source: NumericScalar, Target: NumericScalar>(
  _ count: Int, _ x: UnsafeRawPointer, _: Source.Type, _ y: UnsafeMutableRawPointer,
  _: Target.Type
) {
  func from<T>(_: T.Type) -> UnsafePointer<T> { x.assumingMemoryBound(to: T.self) }
  func to<T>(_: T.Type) -> UnsafeMutablePointer<T> { y.assumingMemoryBound(to: T.self) }
  func through<T: NumericScalar>(_: T.Type) {
    let middle = Tensor<T>(shape: [count]) {
      convert(count, x, Source.self, UnsafeMutableRawPointer($0), T.self)
    }
    convert(count, UnsafeRawPointer(middle.start), T.self, y, Target.self)
    withExtendedLifetime(middle) {}
  }
  switch (ObjectIdentifier(Source.self), ObjectIdentifier(Target.self)) {
  case (ObjectIdentifier(Float.self), ObjectIdentifier(Double.self)):
    ek_f32_to_f64(count, from(Float.self), to(Double.self))
  case (ObjectIdentifier(Double.self), ObjectIdentifier(Float.self)):
    ek_f64_to_f32(count, from(Double.self), to(Float.self))
  case (ObjectIdentifier(Float.self), ObjectIdentifier(Int32.self)):
    ek_f32_to_i32(count, from(Float.self), to(Int32.self))
  case (ObjectIdentifier(Double.self), ObjectIdentifier(Int32.self)):
    ek_f64_to_i32(count, from(Double.self), to(Int32.self))
  case (ObjectIdentifier(Int32.self), ObjectIdentifier(Float.self)):
    ek_i32_to_f32(count, from(Int32.self), to(Float.self))
  case (ObjectIdentifier(Int32.self), ObjectIdentifier(Double.self)):
    ek_i32_to_f64(count, from(Int32.self), to(Double.self))
  case (ObjectIdentifier(UInt8.self), ObjectIdentifier(Float.self)):
    ek_u8_to_f32(count, from(UInt8.self), 0, 1, to(Float.self))
  case (ObjectIdentifier(UInt8.self), ObjectIdentifier(Int32.self)):
    let (x, y) = (from(UInt8.self), to(Int32.self))
    for i in 0..<count { y[i] = Int32(x[i]) }
  case (ObjectIdentifier(Int32.self), ObjectIdentifier(UInt8.self)):
    let (x, y) = (from(Int32.self), to(UInt8.self))
    for i in 0..<count { y[i] = UInt8(clamping: x[i]) }
  case (ObjectIdentifier(UInt8.self), _): through(Float.self)
  case (_, ObjectIdentifier(UInt8.self)): through(Int32.self)
  default: preconditionFailure("no conversion of \(Source.elementName) to \(Target.elementName)")
  }
}
