internal import ErgonEnergy

/// The commit a folder stands at, read from git's own files without running git.
///
/// Whether the folder differs from the commit is not looked at: that means reading every file of
/// the repository.
enum GitCommit {
  /// The commit of the repository that contains `directory`; `nil` outside one, before the first
  /// commit, and where the references are in a form we cannot read.
  static func read(containing directory: String) -> String? {
    guard let folder = gitFolder(containing: directory), let head = text(folder + "/HEAD") else {
      return nil
    }
    guard head.hasPrefix("ref: ") else { return hash(head) }
    let name = String(head.dropFirst("ref: ".count))
    guard name.hasPrefix("refs/"), !name.split(separator: "/").contains("..") else { return nil }
    // A linked work tree has a HEAD of its own and shares the branches.
    let shared = text(folder + "/commondir").map { resolve($0, from: folder) } ?? folder
    if let loose = text("\(folder)/\(name)") ?? text("\(shared)/\(name)") { return hash(loose) }
    return packed(name, in: shared)
  }

  private static func gitFolder(containing directory: String) -> String? {
    var folder = directory
    for _ in 0..<64 {
      let candidate = folder + "/.git"
      if Host().exists(candidate + "/HEAD") { return candidate }
      // A submodule or linked work tree has a file that points elsewhere.
      if let pointer = text(candidate), pointer.hasPrefix("gitdir: ") {
        return resolve(String(pointer.dropFirst("gitdir: ".count)), from: folder)
      }
      guard let slash = folder.lastIndex(of: "/") else { return nil }
      folder = String(folder[..<slash])
    }
    return nil
  }

  /// Lines of `hash name`; a line of `^hash` gives a tag's commit and a `#` a remark.
  private static func packed(_ name: String, in folder: String) -> String? {
    guard let file = try? Host().read(folder + "/packed-refs", limit: 16 << 20).get() else {
      return nil
    }
    let wanted = Array(name.utf8)
    for line in file.utf8.split(separator: UInt8(ascii: "\n")) {
      guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { continue }
      if line[line.index(after: space)...].elementsEqual(wanted) {
        return hash(String(decoding: line[..<space], as: UTF8.self))
      }
    }
    return nil
  }

  private static func resolve(_ path: String, from folder: String) -> String {
    path.hasPrefix("/") ? path : "\(folder)/\(path)"
  }

  private static func hash(_ text: String) -> String? {
    let isHash = [40, 64].contains(text.utf8.count) && text.utf8.allSatisfy(isHexadecimal)
    return isHash ? text : nil
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }

  private static func text(_ path: String) -> String? { Host().text(path) }
}
