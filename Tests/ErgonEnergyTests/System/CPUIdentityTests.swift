import Testing

@testable import ErgonEnergy

@Suite("processor identity")
struct CPUIdentityTests {
  @Test("an Intel server with two packages")
  func intel() throws {
    let tree = try KernelTree()
    try tree.processors(packages: [0...55, 56...111], cpuinfo: CPUInfo.skylakeServer)
    let cpu = CPUIdentity(tree.host)
    #expect(cpu.name == "Intel(R) Xeon(R) Platinum 8280 CPU @ 2.70GHz")
    #expect(cpu.vendor == .intel && cpu.family == 6 && cpu.model == 85)
    #expect(cpu.logicalProcessors == 112 && cpu.packages == 2 && cpu.cores == 56)
    #expect(!cpu.isVirtual && !cpu.hasSGX)
  }

  @Test("a KVM guest says that it is one")
  func guest() throws {
    let tree = try KernelTree()
    try tree.processors(packages: [0...1], cpuinfo: CPUInfo.guest)
    let cpu = CPUIdentity(tree.host)
    #expect(cpu.isVirtual && cpu.vendor == .amd && cpu.logicalProcessors == 2)
  }

  @Test("ARM cores are named by their part, boards by the device tree")
  func arm() throws {
    let server = try KernelTree(["proc/cpuinfo": CPUInfo.graviton3])
    #expect(CPUIdentity(server.host).name == "Neoverse-V1")
    let board = try KernelTree([
      "proc/cpuinfo": CPUInfo.raspberryPi5,
      "proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\u{0}",
      "sys/devices/system/cpu/online": "0-3",
      "sys/devices/system/cpu/cpu0/topology/thread_siblings_list": "0",
    ])
    let cpu = CPUIdentity(board.host)
    #expect(cpu.name == "Raspberry Pi 5 Model B Rev 1.0 (Cortex-A76)")
    #expect(cpu.vendor == .arm && cpu.part == 0xd0b && cpu.cores == 4)
  }

  @Test(
    "nonsense is an unknown processor, never a crash",
    arguments: [
      "", ":::", "cpu cores: 99999999999999999999", "CPU implementer: 0xZZ", "\u{0}\u{1}",
    ])
  func nonsense(text: String) throws {
    let tree = try KernelTree(["proc/cpuinfo": text, "sys/devices/system/cpu/online": "9-1"])
    let cpu = CPUIdentity(tree.host)
    #expect(cpu.vendor == .unknown && cpu.logicalProcessors >= 1)
  }

  @Test("counts that overflow are survived")
  func overflow() throws {
    let tree = try KernelTree()
    try tree.processors(
      packages: [0...0, 1...1], cpuinfo: "processor: 0\ncpu cores: 9223372036854775807")
    #expect(CPUIdentity(tree.host).packages == 2)
  }

  @Test("this machine has at least one processor")
  func thisMachine() { #expect(CPUIdentity(Host()).logicalProcessors >= 1) }

  @Test(
    "lists of processors as the kernel writes them",
    arguments: [
      ("0", [0]), ("0-3", [0, 1, 2, 3]), ("0,2-3,2", [0, 2, 3]), ("", nil), ("3-1", nil),
      ("0-99999999", nil), ("-1", nil), ("a", nil), ("0-1-2", nil), ("1,,2", [1, 2]),
    ] as [(String, [Int]?)])
  func lists(text: String, expected: [Int]?) { #expect(CPUList.parse(text) == expected) }
}

@Suite("surroundings of a process")
struct SurroundingsTests {
  @Test(
    "containers are told by their marks",
    arguments: [
      ("run/.containerenv", "", "podman"), (".dockerenv", "", "docker"),
      ("proc/1/cgroup", "0::/kubepods.slice/pod1", "kubepods"),
      ("proc/1/cgroup", "0::/init.scope", nil),
    ] as [(String, String, String?)])
  func containers(file: String, text: String, name: String?) throws {
    let tree = try KernelTree([file: text])
    #expect(tree.host.container == name)
  }

  @Test("a control group's quota is a number of processors, and no quota is none")
  func quota() throws {
    let tree = try KernelTree([
      "proc/self/cgroup": "0::/job", "sys/fs/cgroup/job/cpu.max": "150000 100000",
    ])
    #expect(tree.host.processorQuota == 1.5)
    try tree.write("sys/fs/cgroup/job/cpu.max", "max 100000")
    #expect(tree.host.processorQuota == nil)
    try tree.write("sys/fs/cgroup/job/cpu.max", "100000 0")
    #expect(tree.host.processorQuota == nil)
  }
}
