import ErgonEnergy
import Foundation
import Testing
import _ErgonTestSupport

@Suite("Process trees on a synthetic machine")
struct SyntheticTreeTests {
  let machine = SyntheticMachine()
  let clock = VirtualClock()

  private func open(_ pid: Int32) throws -> EnergyWindow {
    try Meter(sources: [], host: machine.host, clock: clock).open("t", scope: .tree(pid: pid))
  }

  private func seconds(_ window: EnergyWindow) throws -> Double {
    try window.close().cpu.total.value
  }

  @Test("what was used before the window is not the window's")
  func baseline() throws {
    machine.setProcess(10, parent: 1, user: 500, system: 100, waitedUser: 300)
    machine.setProcess(11, parent: 10, user: 50)
    machine.setProcess(12, parent: 1, user: 50)
    let window = try open(10)
    machine.setProcess(10, parent: 1, user: 600, system: 150, waitedUser: 330)
    machine.setProcess(11, parent: 10, user: 75)
    machine.setProcess(12, parent: 1, user: 900)
    let cpu = try window.close().cpu
    #expect(abs(cpu.total.value - 2.05) < 1e-9)
    #expect(abs(cpu.system.value - 0.5) < 1e-9)
  }

  @Test("a child that started, worked, ended and was waited for between two looks is in")
  func unseenChild() throws {
    machine.setProcess(10, parent: 1)
    let window = try open(10)
    machine.setProcess(10, parent: 1, user: 10, waitedUser: 250, waitedSystem: 50)
    #expect(abs(try seconds(window) - 3.1) < 1e-9)
  }

  @Test("a seen child counts once after it has been waited for")
  func waitedChild() throws {
    machine.setProcess(10, parent: 1)
    machine.setProcess(11, parent: 10, user: 40)
    let window = try open(10)
    machine.setProcess(11, parent: 10, user: 140)
    _ = window.peek()
    machine.endProcess(11)
    // The parent's account holds the child's whole life: 40 before the window, 120 inside.
    machine.setProcess(10, parent: 1, waitedUser: 160)
    #expect(abs(try seconds(window) - 1.2) < 1e-9)
  }

  @Test("a child that nobody waits for keeps its last known time")
  func reapedByNobody() throws {
    machine.setProcess(10, parent: 1)
    machine.setProcess(11, parent: 10, user: 0, start: 200_000)
    let window = try open(10)
    machine.setProcess(11, parent: 10, user: 70, start: 200_000)
    _ = window.peek()
    machine.endProcess(11)
    #expect(abs(try seconds(window) - 0.7) < 1e-9)
  }

  @Test("a child that has lost its parent is followed, and kept when it ends")
  func orphan() throws {
    machine.setProcess(10, parent: 1)
    machine.setProcess(11, parent: 10, user: 5)
    machine.setProcess(12, parent: 11, user: 5)
    let window = try open(10)
    machine.endProcess(11)
    machine.setProcess(10, parent: 1, waitedUser: 5)
    machine.setProcess(12, parent: 1, user: 105)
    #expect(abs(window.peek().cpu.total.value - 1.0) < 1e-9)
    machine.endProcess(12)
    #expect(abs(try seconds(window) - 1.0) < 1e-9)
  }

  @Test("a chain that ends between two looks goes to the nearest that lives")
  func chain() throws {
    machine.setProcess(10, parent: 1)
    machine.setProcess(11, parent: 10, user: 10)
    machine.setProcess(12, parent: 11, user: 10)
    machine.setProcess(13, parent: 12, user: 10)
    let window = try open(10)
    for pid in [11, 12, 13] as [Int32] { machine.endProcess(pid) }
    machine.setProcess(10, parent: 1, waitedUser: 90)
    #expect(abs(try seconds(window) - 0.6) < 1e-9)
  }

  @Test("a stranger with a reused pid is not of the tree")
  func reusedPID() throws {
    machine.setProcess(10, parent: 1)
    machine.setProcess(11, parent: 10, user: 30, start: 50)
    let window = try open(10)
    machine.setProcess(10, parent: 1, waitedUser: 40)
    machine.setProcess(11, parent: 1, user: 999, start: 120_000)
    #expect(abs(try seconds(window) - 0.1) < 1e-9)
  }

  @Test("a root whose pid is reused has ended")
  func reusedRoot() throws {
    machine.setProcess(10, parent: 1, user: 30, start: 50)
    let window = try open(10)
    machine.setProcess(10, parent: 1, user: 60, start: 50)
    _ = window.peek()
    machine.setProcess(10, parent: 1, user: 999, start: 120_000)
    #expect(abs(try seconds(window) - 0.3) < 1e-9)
  }

  @Test("a job's processes belong to it though their parents are gone")
  func processGroup() throws {
    machine.setProcess(10, parent: 1, group: 10, start: 100)
    machine.setProcess(20, parent: 1, group: 10, user: 10, start: 200)
    let window = try open(10)
    machine.setProcess(20, parent: 1, group: 10, user: 40, start: 200)
    #expect(abs(try seconds(window) - 0.3) < 1e-9)
  }

  @Test("parents in a loop, odd names and broken lines do no harm")
  func hostile() throws {
    machine.setProcess(10, parent: 11)
    machine.setProcess(11, parent: 10)
    machine.setProcess(12, parent: 10, name: "a) S 1 (b", user: 1)
    machine.write("/proc/13/stat", "13 (broken")
    machine.write("/proc/14/stat", "")
    machine.write("/proc/15/stat", "15 (x) S 99999999999 1 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n")
    let window = try open(10)
    machine.setProcess(12, parent: 10, name: "a) S 1 (b", user: 51)
    #expect(abs(try seconds(window) - 0.5) < 1e-9)
  }

  @Test("a control group's time is its own account")
  func controlGroup() throws {
    machine.setControlGroup("/user.slice", userMicroseconds: 1_000_000, systemMicroseconds: 500_000)
    let window = try Meter(sources: [], host: machine.host, clock: clock).open(
      "g", scope: .cgroup(path: "user.slice/"))
    machine.setControlGroup("/user.slice", userMicroseconds: 3_000_000, systemMicroseconds: 750_000)
    let reading = try window.close()
    #expect(abs(reading.cpu.total.value - 2.25) < 1e-9)
    #expect(abs(reading.dynamic!.best.value - 6.75) < 1e-9)
  }
}

#if os(Linux)
  @Suite("Process trees of real processes", .serialized)
  struct RealTreeTests {
    private static let spin = "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done"

    /// Starts a shell as the leader of a group of its own.
    private func start(_ script: String) throws -> Int32 {
      var attributes = posix_spawnattr_t()
      posix_spawnattr_init(&attributes)
      defer { posix_spawnattr_destroy(&attributes) }
      posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
      posix_spawnattr_setpgroup(&attributes, 0)
      // Worker threads block signals, and a shell that inherits this waits for ever.
      var none = sigset_t()
      sigemptyset(&none)
      posix_spawnattr_setsigmask(&attributes, &none)
      var arguments: [UnsafeMutablePointer<CChar>?] = []
      for word in ["sh", "-c", script] { arguments.append(strdup(word)) }
      defer { arguments.forEach { free($0) } }
      arguments.append(nil)
      var pid: pid_t = 0
      try #require(posix_spawn(&pid, "/bin/sh", nil, &attributes, arguments, environ) == 0)
      return pid
    }

    /// What the kernel bills for a child and all it waited for: the oracle.
    private func reap(_ pid: Int32) -> Double {
      var usage = rusage()
      var status: Int32 = 0
      while wait4(pid, &status, 0, &usage) < 0, errno == EINTR {}
      return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6
    }

    private func awaitEnd(_ pid: Int32) {
      var info = siginfo_t()
      while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) < 0, errno == EINTR {}
    }

    @Test(
      "exited children are in, waited for before or after the window closes",
      arguments: [
        "\(spin); sh -c '\(spin); \(spin)'", "sh -c '\(spin)' & sh -c '\(spin)' & wait",
        "(sh -c '\(spin)'; true); true",
      ], [true, false])
    func exitedChildren(script: String, reapedFirst: Bool) throws {
      let meter = Meter(sources: [], model: .synthetic)
      let pid = try start(script)
      let window = try meter.open("t", scope: .tree(pid: pid))
      awaitEnd(pid)
      let seen: Double
      let truth: Double
      if reapedFirst {
        truth = reap(pid)
        seen = try window.close().cpu.total.value
      } else {
        seen = try window.close().cpu.total.value
        truth = reap(pid)
      }
      // The kernel's tick on waited children, and what ran before the window opened.
      #expect(seen >= 0.95 * truth - 0.04, "seen \(seen), kernel \(truth)")
      // Once reaped, the account is that of all children this process has waited for, and other
      // tests have theirs.
      if !reapedFirst {
        #expect(seen <= 1.05 * truth + 0.04, "seen \(seen), kernel \(truth)")
      }
      #expect(truth > 0.02)
    }

    @Test("an orphan that outlives its parent is billed to the tree")
    func orphan() throws {
      let meter = Meter(sources: [], model: .synthetic)
      // The middle shell ends at once; its child goes on while the root waits for a file's end.
      let pid = try start("(sh -c '\(Self.spin); \(Self.spin); sleep 0.3' &) ; sleep 0.6")
      let window = try meter.open("t", scope: .tree(pid: pid))
      var seen = 0.0
      for _ in 0..<8 {
        usleep(50_000)
        seen = window.peek().cpu.total.value
      }
      awaitEnd(pid)
      let closed = try window.close().cpu.total.value
      let rootOnly = reap(pid)
      #expect(closed >= seen)
      #expect(closed > rootOnly, "the kernel's own account of the root misses the orphan")
    }
  }
#endif
