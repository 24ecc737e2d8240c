import ErgonTensor

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension WeightMemory {
  /// Tells the system that pages of a mapped file need not stay in memory; what is read of them
  /// later comes from the file again.
  func returnPages(_ bytes: UnsafeRawBufferPointer) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    guard let base = bytes.baseAddress, page > 0 else { return }
    let start = (Int(bitPattern: base) + page - 1) / page * page
    let end = (Int(bitPattern: base) + bytes.count) / page * page
    // Of other memory this would throw away what is in it.
    guard start < end, isMapped(bytes) else { return }
    madvise(UnsafeMutableRawPointer(bitPattern: start), end - start, MADV_DONTNEED)
  }

  private func isMapped(_ bytes: UnsafeRawBufferPointer) -> Bool {
    owners.contains { owner in
      guard let file = (owner as? MappedFile)?.bytes, let base = file.baseAddress,
        let start = bytes.baseAddress
      else { return false }
      return start >= base && start + bytes.count <= base + file.count
    }
  }
}
