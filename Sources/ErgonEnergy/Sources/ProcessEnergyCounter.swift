#if os(macOS)
  import CErgonSystem
  import Darwin

  /// The energy macOS keeps for every process: what its threads cost on the processor cores.
  ///
  /// It needs no right for processes of the same user and is the kernel's own attribution;
  /// graphics, the neural engine and memory are outside of it.
  struct ProcessEnergyCounter: ProcessEnergySource {
    static let name = "rusage"
    static let title = "macOS energy of a process"

    var name: String { Self.name }
    var counters: [EnergyCounter] { [] }
    let processCounter = EnergyCounter(
      name: "process", component: .cpu, reading: .energy(joulesPerTick: 1e-9, range: nil),
      maximumPower: Watts(400), error: .relative(0.2),
      provenance: Provenance(.attributed, source: "proc_pid_rusage ri_energy_nj"),
      // Renewed about every 20 ms; a performance core draws about 3 W.
      resolution: Joules(0.06), remark: "processor cores only, as the kernel attributes them")

    func read(_ samples: inout [CounterSample]) {}

    func energy(ofProcess pid: Int32) -> CounterSample {
      var nanojoules: UInt64 = 0
      let answer = ergon_process_energy(pid, &nanojoules)
      if answer == 0 { return .energy(ticks: nanojoules) }
      if answer == -ESRCH { return .gone("process \(pid) has ended") }
      return .unreadable("process \(pid): \(String(cString: strerror(-answer)))")
    }

    static func discover(_ host: Host) -> Discovery {
      let source = ProcessEnergyCounter()
      var report = SourceReport(
        name: name, title: title, isFound: true, isUsable: false,
        reason: "the counter does not advance on this machine")
      guard host.isLive, advances(source) else { return Discovery(report) }
      report.isUsable = true
      report.reason = "energy of each process on the processor cores, in nanojoules"
      report.counters = [source.processCounter]
      return Discovery(report, source: source)
    }

    /// Whether the counter counts: it has already, or does within 50 ms of work.
    private static func advances(_ source: ProcessEnergyCounter) -> Bool {
      let end = clock_gettime_nsec_np(CLOCK_UPTIME_RAW) + 50_000_000
      repeat {
        guard case .energy(let ticks) = source.energy(ofProcess: getpid()) else { return false }
        if ticks > 0 { return true }
      } while clock_gettime_nsec_np(CLOCK_UPTIME_RAW) < end
      return false
    }
  }
#endif
