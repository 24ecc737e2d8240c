import CErgonKernels

/// A tensor's bytes on their way to another element type.
struct SafetensorsConversion {
  enum Failure: Error {
    case noConversion
    case outOfRange(String)
  }

  private let type: SafetensorsType
  private let shape: Shape
  private let bytes: UnsafeRawBufferPointer

  init(_ type: SafetensorsType, _ shape: Shape, _ bytes: UnsafeRawBufferPointer) {
    self.type = type
    self.shape = shape
    self.bytes = bytes
  }

  func tensor<S: SafetensorsScalar>(as wanted: S.Type) throws(Failure) -> Tensor<S> {
    let result: (any Sendable)? =
      switch S.safetensorsType {
      case .float32: try float()
      case .float64: try double()
      case .int32: try integers()
      case .bool: try mask()
      default: nil
      }
    guard let tensor = result as? Tensor<S> else { throw .noConversion }
    return tensor
  }

  private func float() throws(Failure) -> Tensor<Float> {
    switch type {
    case .float16: halves(ek_f16_to_f32)
    case .bfloat16: halves(ek_bf16_to_f32)
    default: throw .noConversion
    }
  }

  private func double() throws(Failure) -> Tensor<Double> {
    let narrow = type == .float32 ? elements { (value: Float) in value } : try float()
    return Tensor(shape: shape) { out in
      narrow.withElements { ek_f32_to_f64(shape.count, $0.baseAddress!, out) }
    }
  }

  /// 16-bit floats, moved where they are aligned and then widened by a kernel.
  private func halves(
    _ widen: (Int, UnsafePointer<UInt16>, UnsafeMutablePointer<Float>) -> Void
  ) -> Tensor<Float> {
    let aligned = TensorStorage(byteCount: bytes.count)
    if let start = bytes.baseAddress {
      aligned.bytes.copyMemory(from: start, byteCount: bytes.count)
    }
    return Tensor(shape: shape) {
      widen(shape.count, aligned.bytes.assumingMemoryBound(to: UInt16.self), $0)
    }
  }

  private func integers() throws(Failure) -> Tensor<Int32> {
    switch type {
    case .int8: elements { (value: Int8) in Int32(value) }
    case .uint8: elements { (value: UInt8) in Int32(value) }
    case .int16: elements { (value: Int16) in Int32(value) }
    case .uint16: elements { (value: UInt16) in Int32(value) }
    case .uint32: try exact(UInt32.self)
    case .int64: try exact(Int64.self)
    case .uint64: try exact(UInt64.self)
    default: throw .noConversion
    }
  }

  private func exact<I: FixedWidthInteger>(_ kind: I.Type) throws(Failure) -> Tensor<Int32> {
    var stray: I?
    let result = elements { (value: I) -> Int32 in
      guard let exact = Int32(exactly: value) else {
        stray = value
        return 0
      }
      return exact
    }
    if let stray { throw .outOfRange("\(stray)") }
    return result
  }

  private func mask() throws(Failure) -> Tensor<Bool> {
    guard type == .bool else { throw .noConversion }
    var stray: UInt8?
    let result = elements { (value: UInt8) in
      // Any other byte is not a Bool that Swift may look at.
      if value > 1 { stray = value }
      return value == 1
    }
    if let stray { throw .outOfRange("\(stray)") }
    return result
  }

  private func elements<From, To: TensorScalar>(_ convert: (From) -> To) -> Tensor<To> {
    Tensor(shape: shape) { out in
      for i in 0..<shape.count {
        let value = bytes.loadUnaligned(
          fromByteOffset: i * MemoryLayout<From>.stride, as: From.self)
        (out + i).initialize(to: convert(value))
      }
    }
  }
}
