#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A path for one file, which is removed afterwards.
func withTemporaryPath(_ body: (String) throws -> Void) throws {
  let path = "/tmp/ergon-nn-\(getpid())-\(UInt64.random(in: 0 ... .max))"
  defer { unlink(path) }
  try body(path)
}

enum Data {
  static func write(_ bytes: [UInt8], to path: String) throws {
    let file = fopen(path, "wb")!
    defer { fclose(file) }
    _ = fwrite(bytes, 1, bytes.count, file)
  }
}
