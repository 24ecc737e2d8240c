import ErgonEnergy
import Foundation
import Testing

@testable import ErgonLedger

struct EnvironmentTests {
  @Test("this machine has a processor, an architecture and a version")
  func current() {
    let environment = RunEnvironment.current()
    #expect(environment.logicalProcessors >= 1)
    #expect(!environment.architecture.isEmpty)
    #expect(environment.ergonVersion == ErgonPackage.version)
    let clock = ContinuousClock()
    let time = clock.measure { for _ in 0..<20 { _ = RunEnvironment.current() } } / 20
    print("RunEnvironment.current(): \(time)")
  }

  #if os(Linux)
    @Test("a machine's own files give its facts")
    func facts() throws {
      try withTree([
        "proc/cpuinfo": "processor\t: 0\nmodel name\t: AMD EPYC 9654\nflags\t: fpu hypervisor\n\n"
          + "processor\t: 1\nmodel name\t: other\n",
        "proc/meminfo": "MemTotal:       24684144 kB\nMemFree: 1 kB\n",
        "etc/os-release": "NAME=x\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n",
        "proc/self/cgroup": "0::/kubepods/besteffort/pod1",
        "sys/devices/system/clocksource/clocksource0/available_clocksource": "kvm-clock tsc",
      ]) { host in
        #expect(MachineFacts.cpuModel(host) == "AMD EPYC 9654")
        #expect(MachineFacts.memoryBytes(host) == 24_684_144 * 1024)
        #expect(MachineFacts.operatingSystem(host) == "Debian GNU/Linux 12 (bookworm)")
        #expect(MachineFacts.container(host) == "kubernetes")
        #expect(MachineFacts.virtualMachine(host) == "kvm")
      }
    }

    @Test(
      "what cannot be read, or makes no sense, is absent",
      arguments: [
        [:], ["proc/meminfo": "MemTotal: 99999999999999999999 kB"], ["proc/meminfo": "MemTotal:"],
        ["proc/cpuinfo": ":\n:::\n"], ["etc/os-release": "PRETTY_NAME"],
      ] as [[String: String]])
    func absent(files: [String: String]) throws {
      try withTree(files) { host in
        #expect(MachineFacts.cpuModel(host) == nil)
        #expect(MachineFacts.memoryBytes(host) == nil)
        #expect(MachineFacts.operatingSystem(host) == nil)
        #expect(MachineFacts.container(host) == nil)
        #expect(MachineFacts.virtualMachine(host) == nil)
      }
    }

    @Test(
      "containers and hypervisors are told by their marks",
      arguments: [
        (".dockerenv", "", "docker", nil), ("run/.containerenv", "", "podman", nil),
        ("run/systemd/container", "lxc\n", "lxc", nil),
        ("sys/class/dmi/id/sys_vendor", "QEMU\n", nil, "kvm"),
        ("sys/class/dmi/id/product_name", "Virtual Machine", nil, "hyper-v"),
        ("sys/hypervisor/type", "xen", nil, "xen"),
        ("proc/cpuinfo", "flags : fpu hypervisor lm", nil, "unknown hypervisor"),
      ] as [(String, String, String?, String?)])
    func marks(file: String, text: String, container: String?, machine: String?) throws {
      try withTree([file: text]) { host in
        #expect(MachineFacts.container(host) == container)
        #expect(MachineFacts.virtualMachine(host) == machine)
      }
    }
  #endif

  private static let hash = String(repeating: "0123456789", count: 4)

  @Test(
    "the commit is read from loose, packed and detached heads, and through linked work trees",
    arguments: [
      [".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": hash + "\n"],
      [
        ".git/HEAD": "ref: refs/heads/main\n",
        ".git/packed-refs": "# pack-refs with: peeled\n\(String(repeating: "f", count: 40)) "
          + "refs/heads/other\n^\(hash)\n\(hash) refs/heads/main\n",
      ],
      [".git/HEAD": hash + "\n"],
      [
        ".git": "gitdir: real/worktrees/a\n", "real/worktrees/a/HEAD": "ref: refs/heads/topic\n",
        "real/worktrees/a/commondir": "../..\n", "real/refs/heads/topic": hash + "\n",
      ],
    ] as [[String: String]])
  func commit(files: [String: String]) throws {
    try withTree(files.merging(["deep/er/file": ""]) { a, _ in a }) { host in
      #expect(GitCommit.read(containing: host.root) == Self.hash)
      #expect(GitCommit.read(containing: host.root + "/deep/er") == Self.hash)
    }
  }

  @Test(
    "no repository, no commit yet and damaged files give no commit",
    arguments: [
      ["a": ""], [".git/HEAD": "ref: refs/heads/main"], [".git/HEAD": "nonsense"],
      [".git/HEAD": "ref: refs/../../secret", "secret": hash], [".git/HEAD": "ref: HEAD"],
      [".git": "gitdir: nowhere"], [".git/HEAD": "ref: refs/heads/m", ".git/packed-refs": "x\n y"],
    ] as [[String: String]])
  func noCommit(files: [String: String]) throws {
    try withTree(files) { #expect(GitCommit.read(containing: $0.root) == nil) }
  }
}

/// A machine's files in a temporary folder.
func withTree(_ files: [String: String], _ body: (ErgonEnergy.Host) throws -> Void) throws {
  try withTemporaryFolder { folder in
    for (path, text) in files {
      let url = URL(fileURLWithPath: folder + "/" + path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    try body(ErgonEnergy.Host(root: folder))
  }
}
