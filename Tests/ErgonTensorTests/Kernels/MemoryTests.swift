import CErgonKernels
import Synchronization
import Testing

@Suite("The kernels' memory")
struct MemoryTests {
  static let sizes = [
    0, 1, 63, 64, 65, 512, 513, 640, 1000, 1024, 1025, 4096, 40_000, 65_536, 65_537, 100_000,
    1 << 20, 5_000_000,
  ]

  @Test("blocks are aligned, apart, and whole", arguments: sizes)
  func blocks(bytes: Int) {
    let blocks = (0..<5).map { _ in ek_allocate(bytes) }
    for (i, block) in blocks.enumerated() {
      #expect(UInt(bitPattern: block) % 64 == 0)
      block.initializeMemory(as: UInt8.self, repeating: UInt8(i + 1), count: bytes)
    }
    for (i, block) in blocks.enumerated() where bytes > 0 {
      let ends = [0, bytes / 2, bytes - 1].map { block.load(fromByteOffset: $0, as: UInt8.self) }
      #expect(ends.allSatisfy { $0 == UInt8(i + 1) })
    }
    for block in blocks { ek_deallocate(block, bytes) }
  }

  @Test("a block given back is the next one handed out", arguments: sizes)
  func reuse(bytes: Int) {
    let first = ek_allocate(bytes)
    ek_deallocate(first, bytes)
    let second = ek_allocate(bytes)
    // A large block may have gone to a test beside this one.
    if bytes <= 65_536 { #expect(first == second) }
    ek_deallocate(second, bytes)
  }

  @Test("a loop that asks for the same sizes gets the same blocks round after round")
  func flat() {
    let sizes = Self.sizes.filter { $0 <= 65_536 }  // Larger ones are shared between threads.
    func round() -> [UnsafeMutableRawPointer] {
      let blocks = sizes.map { ek_allocate($0) }
      for (bytes, block) in zip(sizes, blocks).reversed() { ek_deallocate(block, bytes) }
      return blocks
    }
    let first = round()
    for _ in 0..<1000 { #expect(round() == first) }
  }

  @Test("blocks may be given back by another thread than took them")
  func acrossThreads() async {
    struct Parcel: @unchecked Sendable {
      let block: UnsafeMutableRawPointer
      let bytes: Int
      let mark: UInt8
    }
    let (parcels, sender) = AsyncStream.makeStream(of: Parcel.self)
    async let broken = Task.detached {
      var broken = 0
      for await parcel in parcels {
        let first = parcel.block.load(as: UInt8.self)
        let last = parcel.block.load(fromByteOffset: parcel.bytes - 1, as: UInt8.self)
        if first != parcel.mark || last != parcel.mark { broken += 1 }
        ek_deallocate(parcel.block, parcel.bytes)
      }
      return broken
    }.value
    for i in 0..<20_000 {
      let bytes = 1 + i * 7919 % 90_000
      let mark = UInt8(truncatingIfNeeded: i)
      let block = ek_allocate(bytes)
      block.storeBytes(of: mark, as: UInt8.self)
      block.storeBytes(of: mark, toByteOffset: bytes - 1, as: UInt8.self)
      sender.yield(Parcel(block: block, bytes: bytes, mark: mark))
    }
    sender.finish()
    #expect(await broken == 0)
  }

  @Test("counts what is live, and what was handed out")
  func counters() async {
    // The counters are the process's, and other tests run in this one.
    await #expect(processExitsWith: .success) {
      let bytes = 300 << 20  // Never touched.
      let before = ek_memory_count()
      let block = ek_allocate(bytes)
      let during = ek_memory_count()
      precondition(during.live_bytes >= before.live_bytes + UInt64(bytes))
      precondition(during.peak_bytes >= during.live_bytes)
      precondition(during.allocations > before.allocations)
      precondition(during.fresh > before.fresh)
      ek_deallocate(block, bytes)
      let after = ek_memory_count()
      precondition(after.live_bytes < UInt64(bytes))
      precondition(after.peak_bytes >= UInt64(bytes))
      precondition(after.kept_bytes >= UInt64(bytes))
      ek_memory_trim()
      precondition(ek_memory_count().kept_bytes < UInt64(bytes))
    }
  }

  @Test("what a thread kept is not lost when it ends")
  func endingThreads() async {
    let before = ek_memory_count()
    for _ in 0..<20 {
      await Task.detached {
        let blocks = (0..<10).map { _ in ek_allocate(50_000) }
        for block in blocks { ek_deallocate(block, 50_000) }
      }.value
    }
    #expect(ek_memory_count().allocations >= before.allocations + 200)
  }
}
