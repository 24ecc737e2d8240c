#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A variable of the process's environment.
enum Environment {
  static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

/// The folder of real data, if this run has one.
let realData = Environment.value("ERGON_DATA") ?? ""

/// A folder that is there while the body runs; its path ends in a slash.
func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
  let base = (Environment.value("TMPDIR") ?? "/tmp") + "/ergon-XXXXXX"
  var template = Array(base.utf8CString)
  guard mkdtemp(&template) != nil else { throw TemporaryFolderError() }
  let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  defer { remove(path) }
  return try body(path + "/")
}

struct TemporaryFolderError: Error {}

/// Removes a folder and what lies in it.
private func remove(_ path: String) {
  if let folder = opendir(path) {
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { remove(path + "/" + name) }
    }
    closedir(folder)
    rmdir(path)
  } else {
    unlink(path)
  }
}
