import ErgonEnergy
import Foundation
import GRDB
import Testing

@testable import ErgonLedger

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

@Suite(.serialized)
struct DurabilityTests {
  private func integrity(_ path: String) throws -> String? {
    try DatabaseQueue(path: path).read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
  }

  @Test("eight processes write at once, from a file that is not there yet: none is lost")
  func writers() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/new/ledger.sqlite"
      let writers = try (0..<8).map { _ in try StressProcess(path, count: 25) }
      let printed = try writers.flatMap { writer in
        let (names, errors, status) = try writer.finish()
        #expect(status == 0 && errors.isEmpty, "\(errors)")
        return names
      }
      #expect(printed.count == 200)
      let kept = try Ledger(path: path).summaries()
      #expect(Set(kept.map(\.id.description)) == Set(printed))
      #expect(kept.allSatisfy { $0.state == .complete })
      #expect(try integrity(path) == "ok")
    }
  }

  @Test("a writer killed at any moment loses at most its open run")
  func kill() throws { try killWriters(trials: 5) }

  @Test("fifty killed writers", .tags(.slow), .enabled(if: SlowTests.areEnabled))
  func killMany() throws { try killWriters(trials: 50) }

  private func killWriters(trials: Int) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/ledger.sqlite"
      var saved: Set<String> = []
      for trial in 0..<trials {
        let writer = try StressProcess(path, count: 1_000_000)
        // The moments differ from trial to trial; the first falls into the making of the file.
        usleep(useconds_t(trial == 0 ? 30_000 : 60_000 + trial * 7919 % 60_000))
        writer.kill()
        saved.formUnion(try writer.finish().names)
        #expect(try integrity(path) == "ok")
        let ledger = Ledger(path: path)
        let kept = try ledger.summaries()
        let complete = Set(kept.filter { $0.state == .complete }.map(\.id.description))
        #expect(saved.isSubset(of: complete))
        // A save may have been kept whose name was not printed any more.
        #expect(complete.count <= saved.count + trial + 1)
        let open = kept.filter { $0.state == .open }.count
        #expect(open <= trial + 1)
        #expect(try ledger.abandoned().count == open)
        saved = complete
      }
      #expect(saved.count > 0)
    }
  }

  @Test("a file that may not grow is one clear error, and what was there stays whole")
  func fileLimit() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/ledger.sqlite"
      do { try Ledger(path: path).save((0..<20).map { .sample("before \($0)") }) }
      let (names, errors, status) = try StressProcess(
        path, count: 100_000, ["--file-limit", "300000"]
      ).finish()
      #expect(status == 1 && errors.split(separator: "\n").count == 1, "\(errors)")
      #expect(errors.contains("disk full") || errors.contains("cannot grow"), "\(errors)")
      try expectWhole(path, names)
    }
  }

  @Test("a full database is 'disk full', and what was there stays whole")
  func pageLimit() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/ledger.sqlite"
      let ledger = Ledger(path: path)
      try ledger.save((0..<20).map { .sample("before \($0)") })
      try ledger.write { db in
        let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        try db.execute(sql: "PRAGMA max_page_count = \(pages + 2)")
      }
      #expect(throws: LedgerError.diskFull(path: path)) {
        try ledger.save((0..<200).map { .sample("after \($0)") })
      }
      try expectWhole(path, [])
    }
  }

  #if os(Linux)
    @Test("a disk that is really full is 'disk full', and what was there stays whole")
    func tinyDisk() throws {
      try withTemporaryFolder { folder in
        // Needs the right to mount; elsewhere the two tests above stand for it.
        guard mount("tmpfs", folder, "tmpfs", 0, "size=400k") == 0 else { return }
        defer { umount(folder) }
        let path = folder + "/ledger.sqlite"
        do { try Ledger(path: path).save((0..<20).map { .sample("before \($0)") }) }
        let (names, errors, status) = try StressProcess(path, count: 100_000).finish()
        #expect(status == 1 && errors.hasPrefix("disk full: "), "\(errors)")
        try expectWhole(path, names)
      }
    }
  #endif

  private func expectWhole(_ path: String, _ names: [String]) throws {
    #expect(try integrity(path) == "ok")
    let kept = try Ledger(path: path).summaries()
    #expect(kept.filter { $0.subject.hasPrefix("before") }.count == 20)
    #expect(Set(names).isSubset(of: Set(kept.map(\.id.description))))
    #expect(kept.filter { $0.subject.hasPrefix("after") }.isEmpty)
  }

  @Test("a path that cannot be followed is an error, not an empty ledger")
  func unreachable() throws {
    try withTemporaryFolder { folder in
      // A link to itself stops root too.
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/loop", withDestinationPath: folder + "/loop")
      let ledger = Ledger(path: folder + "/loop/ledger.sqlite")
      let error = #expect(throws: LedgerError.self) { try ledger.count() }
      #expect(error?.description.hasPrefix("permission denied: ") == true)
      #expect(throws: LedgerError.self) { try ledger.save(.sample()) }
      #expect(try Ledger(path: folder + "/absent/ledger.sqlite").count() == 0)
      try Data().write(to: URL(fileURLWithPath: folder + "/file"))
      #expect(try Ledger(path: folder + "/file/ledger.sqlite").count() == 0)
    }
  }

  @Test("a folder or file that cannot be written is a permission error; reading still works")
  func permission() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/ledger.sqlite"
      do { try Ledger(path: path).save(.sample()) }
      let nobody: UInt32 = 65534
      let isRoot = getuid() == 0
      chmod(path, 0o444)
      chmod(folder, 0o555)
      defer { chmod(folder, 0o755) }
      for target in [path, folder + "/sub/ledger.sqlite"] {
        let writer = try StressProcess(target, count: 1, isRoot ? ["--user", "\(nobody)"] : [])
        let (_, errors, status) = try writer.finish()
        #expect(status == 1 && errors.hasPrefix("permission denied: "), "\(errors)")
      }
      if !isRoot { #expect(try Ledger(path: path).count() == 1) }
    }
  }
}

/// The helper program at work.
final class StressProcess {
  private let process = Process()
  private let (output, errors) = (Pipe(), Pipe())

  init(_ path: String, count: Int, _ options: [String] = []) throws {
    process.executableURL = Self.executable
    process.arguments = [path, "\(count)"] + options
    process.standardOutput = output
    process.standardError = errors
    try process.run()
  }

  /// Built beside the tests.
  private static var executable: URL {
    #if canImport(Darwin)
      Bundle(for: StressProcess.self).bundleURL.deletingLastPathComponent()
        .appendingPathComponent("_ErgonLedgerStress")
    #else
      URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("_ErgonLedgerStress")
    #endif
  }

  func kill() { _ = Foundation.kill(process.processIdentifier, SIGKILL) }

  /// Waits for the end: whole lines printed, what it complained of, its exit code.
  func finish() throws -> (names: [String], errors: String, status: Int32) {
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complaint = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let names = text.split(separator: "\n").map(String.init).filter { $0.count == 26 }
    return (names, complaint, process.terminationStatus)
  }
}
