import ErgonLM

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The regular files of a folder and of those in it, in the order of their names.
///
/// Hidden names are left out, and links are not followed: a folder of documents ends where it ends.
struct FolderWalk {
  var files: [String] = []
  /// Links, sockets and the like.
  var skipped: [String] = []

  /// A file, or all files of a folder, by a name that the user gave; this one may be a link.
  ///
  /// - Throws: ``ErgonLM/LMError`` where it is not there, or holds more than the limits.
  mutating func add(_ path: String, _ options: CorpusOptions) throws(LMError) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw .file(path: path, reason: String(cString: strerror(errno)))
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      try walk(path, options)
    } else if status.st_mode & S_IFMT == S_IFREG {
      try append(path, options)
    } else {
      throw .file(path: path, reason: "it is neither a file nor a folder")
    }
  }

  private mutating func append(_ file: String, _ options: CorpusOptions) throws(LMError) {
    files.append(file)
    if files.count > options.fileLimit {
      throw .tooLarge(
        source: file, what: "the number of files", size: UInt64(files.count),
        limit: UInt64(options.fileLimit))
    }
  }

  /// A stack of our own: outside data decides the depth.
  private mutating func walk(_ root: String, _ options: CorpusOptions) throws(LMError) {
    var waiting = [(path: root.hasSuffix("/") ? String(root.dropLast()) : root, depth: 0)]
    while let (path, depth) = waiting.popLast() {
      var status = stat()
      guard depth == 0 || lstat(path, &status) == 0 else {
        skipped.append(path)
        continue
      }
      if depth == 0 || status.st_mode & S_IFMT == S_IFDIR {
        guard depth <= options.depthLimit else {
          throw .tooLarge(
            source: path, what: "folders within folders", size: UInt64(depth),
            limit: UInt64(options.depthLimit))
        }
        // The stack gives back what was put last.
        for name in try Self.names(in: path).reversed() {
          waiting.append((path + "/" + name, depth + 1))
        }
      } else if status.st_mode & S_IFMT == S_IFREG {
        try append(path, options)
      } else {
        skipped.append(path)
      }
    }
  }

  /// The names in a folder that are not hidden, sorted by their bytes whatever the locale.
  private static func names(in path: String) throws(LMError) -> [String] {
    guard let folder = opendir(path) else {
      throw .file(path: path, reason: String(cString: strerror(errno)))
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: name.pointee)) {
          String(cString: $0)
        }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
