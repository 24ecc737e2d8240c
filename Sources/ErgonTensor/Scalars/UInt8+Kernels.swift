// Written by scripts/kernel-bindings from ergon_kernels.h; do not edit.
// swift-format-ignore-file
public import CErgonKernels

extension UInt8 {
  @inline(__always) public static func _copy(_ rank: Int, _ shape: UnsafePointer<Int>, _ xStrides: UnsafePointer<Int>, _ x: UnsafePointer<UInt8>, _ y: UnsafeMutablePointer<UInt8>) {
    ek_copy_u8(rank, shape, xStrides, x, y)
  }
  @inline(__always) public static func _spread(_ rank: Int, _ shape: UnsafePointer<Int>, _ x: UnsafePointer<UInt8>, _ yStrides: UnsafePointer<Int>, _ y: UnsafeMutablePointer<UInt8>) {
    ek_spread_u8(rank, shape, x, yStrides, y)
  }
  @inline(__always) public static func _fill(_ count: Int, _ value: UInt8, _ y: UnsafeMutablePointer<UInt8>) {
    ek_fill_u8(count, value, y)
  }
  @inline(__always) public static func _binary(_ op: ek_binary_op, _ rank: Int, _ shape: UnsafePointer<Int>, _ aStrides: UnsafePointer<Int>, _ a: UnsafePointer<UInt8>, _ bStrides: UnsafePointer<Int>, _ b: UnsafePointer<UInt8>, _ y: UnsafeMutablePointer<UInt8>) {
    ek_binary_u8(op, rank, shape, aStrides, a, bStrides, b, y)
  }
  @inline(__always) public static func _binaryFlat(_ op: ek_binary_op, _ count: Int, _ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ y: UnsafeMutablePointer<UInt8>) {
    ek_binary_flat_u8(op, count, a, b, y)
  }
  @inline(__always) public static func _binaryScalar(_ op: ek_binary_op, _ reversed: Bool, _ count: Int, _ a: UnsafePointer<UInt8>, _ scalar: UInt8, _ y: UnsafeMutablePointer<UInt8>) {
    ek_binary_scalar_u8(op, reversed, count, a, scalar, y)
  }
  @inline(__always) public static func _compare(_ op: ek_compare_op, _ rank: Int, _ shape: UnsafePointer<Int>, _ aStrides: UnsafePointer<Int>, _ a: UnsafePointer<UInt8>, _ bStrides: UnsafePointer<Int>, _ b: UnsafePointer<UInt8>, _ y: UnsafeMutablePointer<UInt8>) {
    ek_compare_u8(op, rank, shape, aStrides, a, bStrides, b, y)
  }
  @inline(__always) public static func _select(_ rank: Int, _ shape: UnsafePointer<Int>, _ maskStrides: UnsafePointer<Int>, _ mask: UnsafePointer<UInt8>, _ aStrides: UnsafePointer<Int>, _ a: UnsafePointer<UInt8>, _ bStrides: UnsafePointer<Int>, _ b: UnsafePointer<UInt8>, _ y: UnsafeMutablePointer<UInt8>) {
    ek_select_u8(rank, shape, maskStrides, mask, aStrides, a, bStrides, b, y)
  }
  @inline(__always) public static func _reduce(_ op: ek_reduce_op, _ outer: Int, _ length: Int, _ inner: Int, _ x: UnsafePointer<UInt8>, _ y: UnsafeMutablePointer<UInt8>) {
    ek_reduce_u8(op, outer, length, inner, x, y)
  }
  @inline(__always) public static func _argReduce(_ greatest: Bool, _ outer: Int, _ length: Int, _ inner: Int, _ x: UnsafePointer<UInt8>, _ y: UnsafeMutablePointer<Int32>) {
    ek_arg_reduce_u8(greatest, outer, length, inner, x, y)
  }
  @inline(__always) public static func _cumulate(_ op: ek_reduce_op, _ reverse: Bool, _ outer: Int, _ length: Int, _ inner: Int, _ x: UnsafePointer<UInt8>, _ y: UnsafeMutablePointer<UInt8>) {
    ek_cumulate_u8(op, reverse, outer, length, inner, x, y)
  }
  @inline(__always) public static func _gather(_ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>, _ x: UnsafePointer<UInt8>, _ y: UnsafeMutablePointer<UInt8>) {
    ek_gather_u8(outer, length, inner, count, index, x, y)
  }
  @inline(__always) public static func _scatterAdd(_ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>, _ x: UnsafePointer<UInt8>, _ y: UnsafeMutablePointer<UInt8>) {
    ek_scatter_add_u8(outer, length, inner, count, index, x, y)
  }
  @inline(__always) public static func _takeAlong(_ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>, _ x: UnsafePointer<UInt8>, _ y: UnsafeMutablePointer<UInt8>) {
    ek_take_along_u8(outer, length, inner, count, index, x, y)
  }
  @inline(__always) public static func _putAddAlong(_ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>, _ x: UnsafePointer<UInt8>, _ y: UnsafeMutablePointer<UInt8>) {
    ek_put_add_along_u8(outer, length, inner, count, index, x, y)
  }
}
