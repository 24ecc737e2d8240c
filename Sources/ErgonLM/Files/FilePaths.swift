package import ErgonTensor

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The folder that a path is in, with its slash; `""` for the current one.
func folder(of path: String) -> String {
  path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
}

/// Whether a regular file is there, readable or not.
package func isFile(_ path: String) -> Bool { kind(of: path) == S_IFREG }

package func isFolder(_ path: String) -> Bool { kind(of: path) == S_IFDIR }

private func kind(of path: String) -> mode_t? {
  var status = stat()
  return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
}

package func mapFile(_ path: String) throws(LMError) -> MappedFile {
  do {
    return try MappedFile(path: path)
  } catch .cannotOpen(let path, let reason) {
    throw .file(path: path, reason: reason)
  } catch {
    throw .file(path: path, reason: "\(error)")
  }
}
