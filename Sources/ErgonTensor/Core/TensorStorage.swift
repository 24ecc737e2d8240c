import CErgonKernels

/// The memory under one or more arrays; freed, or kept for reuse, with the last of them.
final class TensorStorage: @unchecked Sendable {
  // Unchecked: written only while one array alone refers to it, as copy-on-write ensures.

  let bytes: UnsafeMutableRawPointer
  let byteCount: Int
  /// What owns the bytes where the storage does not, a mapped file for example.
  private let owner: AnyObject?

  init(byteCount: Int) {
    bytes = ek_allocate(byteCount)
    self.byteCount = byteCount
    owner = nil
  }

  /// Memory that `owner` keeps alive.
  ///
  /// It is never written: an array that changes copies it first.
  init(borrowing bytes: UnsafeRawPointer, byteCount: Int, from owner: AnyObject) {
    self.bytes = UnsafeMutableRawPointer(mutating: bytes)
    self.byteCount = byteCount
    self.owner = owner
  }

  var isBorrowed: Bool { owner != nil }

  deinit {
    if owner == nil { ek_deallocate(bytes, byteCount) }
  }
}
