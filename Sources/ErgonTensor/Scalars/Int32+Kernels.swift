// Written by scripts/kernel-bindings from ergon_kernels.h; do not edit.
// swift-format-ignore-file
public import CErgonKernels

extension Int32 {
  @inline(__always) public static func _copy(_ rank: Int, _ shape: UnsafePointer<Int>, _ xStrides: UnsafePointer<Int>, _ x: UnsafePointer<Int32>, _ y: UnsafeMutablePointer<Int32>) {
    ek_copy_i32(rank, shape, xStrides, x, y)
  }
  @inline(__always) public static func _spread(_ rank: Int, _ shape: UnsafePointer<Int>, _ x: UnsafePointer<Int32>, _ yStrides: UnsafePointer<Int>, _ y: UnsafeMutablePointer<Int32>) {
    ek_spread_i32(rank, shape, x, yStrides, y)
  }
  @inline(__always) public static func _fill(_ count: Int, _ value: Int32, _ y: UnsafeMutablePointer<Int32>) {
    ek_fill_i32(count, value, y)
  }
  @inline(__always) public static func _binary(_ op: ek_binary_op, _ rank: Int, _ shape: UnsafePointer<Int>, _ aStrides: UnsafePointer<Int>, _ a: UnsafePointer<Int32>, _ bStrides: UnsafePointer<Int>, _ b: UnsafePointer<Int32>, _ y: UnsafeMutablePointer<Int32>) {
    ek_binary_i32(op, rank, shape, aStrides, a, bStrides, b, y)
  }
  @inline(__always) public static func _binaryFlat(_ op: ek_binary_op, _ count: Int, _ a: UnsafePointer<Int32>, _ b: UnsafePointer<Int32>, _ y: UnsafeMutablePointer<Int32>) {
    ek_binary_flat_i32(op, count, a, b, y)
  }
  @inline(__always) public static func _binaryScalar(_ op: ek_binary_op, _ reversed: Bool, _ count: Int, _ a: UnsafePointer<Int32>, _ scalar: Int32, _ y: UnsafeMutablePointer<Int32>) {
    ek_binary_scalar_i32(op, reversed, count, a, scalar, y)
  }
  @inline(__always) public static func _compare(_ op: ek_compare_op, _ rank: Int, _ shape: UnsafePointer<Int>, _ aStrides: UnsafePointer<Int>, _ a: UnsafePointer<Int32>, _ bStrides: UnsafePointer<Int>, _ b: UnsafePointer<Int32>, _ y: UnsafeMutablePointer<UInt8>) {
    ek_compare_i32(op, rank, shape, aStrides, a, bStrides, b, y)
  }
  @inline(__always) public static func _select(_ rank: Int, _ shape: UnsafePointer<Int>, _ maskStrides: UnsafePointer<Int>, _ mask: UnsafePointer<UInt8>, _ aStrides: UnsafePointer<Int>, _ a: UnsafePointer<Int32>, _ bStrides: UnsafePointer<Int>, _ b: UnsafePointer<Int32>, _ y: UnsafeMutablePointer<Int32>) {
    ek_select_i32(rank, shape, maskStrides, mask, aStrides, a, bStrides, b, y)
  }
  @inline(__always) public static func _reduce(_ op: ek_reduce_op, _ outer: Int, _ length: Int, _ inner: Int, _ x: UnsafePointer<Int32>, _ y: UnsafeMutablePointer<Int32>) {
    ek_reduce_i32(op, outer, length, inner, x, y)
  }
  @inline(__always) public static func _argReduce(_ greatest: Bool, _ outer: Int, _ length: Int, _ inner: Int, _ x: UnsafePointer<Int32>, _ y: UnsafeMutablePointer<Int32>) {
    ek_arg_reduce_i32(greatest, outer, length, inner, x, y)
  }
  @inline(__always) public static func _cumulate(_ op: ek_reduce_op, _ reverse: Bool, _ outer: Int, _ length: Int, _ inner: Int, _ x: UnsafePointer<Int32>, _ y: UnsafeMutablePointer<Int32>) {
    ek_cumulate_i32(op, reverse, outer, length, inner, x, y)
  }
  @inline(__always) public static func _gather(_ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>, _ x: UnsafePointer<Int32>, _ y: UnsafeMutablePointer<Int32>) {
    ek_gather_i32(outer, length, inner, count, index, x, y)
  }
  @inline(__always) public static func _scatterAdd(_ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>, _ x: UnsafePointer<Int32>, _ y: UnsafeMutablePointer<Int32>) {
    ek_scatter_add_i32(outer, length, inner, count, index, x, y)
  }
  @inline(__always) public static func _takeAlong(_ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>, _ x: UnsafePointer<Int32>, _ y: UnsafeMutablePointer<Int32>) {
    ek_take_along_i32(outer, length, inner, count, index, x, y)
  }
  @inline(__always) public static func _putAddAlong(_ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>, _ x: UnsafePointer<Int32>, _ y: UnsafeMutablePointer<Int32>) {
    ek_put_add_along_i32(outer, length, inner, count, index, x, y)
  }
}
