#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The least stack that a thread of a pool has: macOS gives its workers so much.
let smallStack = 512 << 10

/// Bytes of stack that some work takes, as the marks it leaves on a fresh one tell.
func stackUse(of work: @escaping @Sendable () -> Void) -> Int {
  final class Work: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
  let size = 4 << 20
  let mark: UInt64 = 0xA5A5_A5A5_A5A5_A5A5
  let stack = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 1 << 16)
  defer { stack.deallocate() }
  let words = stack.initializeMemory(as: UInt64.self, repeating: mark)
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  precondition(pthread_attr_setstack(&attributes, stack.baseAddress!, size) == 0)
  #if canImport(Darwin)
    var thread: pthread_t?
  #else
    var thread = pthread_t()
  #endif
  let status = pthread_create(
    &thread, &attributes,
    { context in
      let context: UnsafeMutableRawPointer? = context
      Unmanaged<Work>.fromOpaque(context!).takeRetainedValue().run()
      return nil
    }, Unmanaged.passRetained(Work(work)).toOpaque())
  precondition(status == 0)
  #if canImport(Darwin)
    pthread_join(thread!, nil)
  #else
    pthread_join(thread, nil)
  #endif
  return size - 8 * (words.firstIndex { $0 != mark } ?? words.count)
}
