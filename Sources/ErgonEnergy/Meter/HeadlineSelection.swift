/// Chooses which counters the headline adds, so that nothing is counted twice.
///
/// Of the counters that live, in probe order:
/// - a plug meter is the truth and stands alone;
/// - for processor and memory the first source that counts them; nested domains never;
/// - the whole-machine counters (psys, battery) stand alone, and only where no counter counts the
///   processor;
/// - of everything else each device once, from the first source that knows it;
/// - where nothing counts the processor, the model estimates it.
struct HeadlineSelection: Sendable {
  /// Indices of the slots to add.
  private(set) var slots: Set<Int> = []
  private(set) var usesModel: Bool
  /// Whether the scope's own processor energy is added.
  private(set) var usesProcesses = false

  /// - Parameters:
  ///   - cpuIsCounted: Whether the processor energy of the scope itself is known, so that no
  ///     counter of the whole processor has to be divided.
  ///   - lives: Whether a slot gave a figure.
  init(_ all: [CounterBank.Slot], cpuIsCounted: Bool, lives: (Int) -> Bool) {
    usesModel = true
    let candidates = all.indices.filter { all[$0].counter.containedIn == nil && lives($0) }

    let wall = Self.first(of: .wall, among: candidates, in: all)
    if !wall.isEmpty {
      slots = Set(wall)
      usesModel = false
      return
    }
    let cpu = cpuIsCounted ? [] : Self.first(of: .cpu, among: candidates, in: all)
    if cpu.isEmpty, !cpuIsCounted,
      let platform = Self.first(of: .platform, among: candidates, in: all).first
    {
      // Two such counters of one source see the same machine.
      slots = [platform]
      usesModel = false
      return
    }
    usesModel = cpu.isEmpty && !cpuIsCounted
    usesProcesses = cpuIsCounted
    slots = Set(cpu + Self.first(of: .memory, among: candidates, in: all))
    var devices: Set<String> = []
    for component in [EnergyComponent.gpu, .accelerator, .storage, .network] {
      let owner = candidates.first { all[$0].counter.component == component }
      for slot in candidates where all[slot].counter.component == component {
        if let device = all[slot].counter.device {
          if devices.insert(device).inserted { slots.insert(slot) }
        } else if all[slot].source == all[owner!].source {
          slots.insert(slot)
        }
      }
    }
  }

  /// The counters of a component that the first source to count it has.
  private static func first(
    of component: EnergyComponent, among candidates: [Int], in all: [CounterBank.Slot]
  ) -> [Int] {
    let matching = candidates.filter { all[$0].counter.component == component }
    guard let source = matching.first.map({ all[$0].source }) else { return [] }
    var devices: Set<String> = []
    return matching.filter { slot in
      guard all[slot].source == source else { return false }
      return all[slot].counter.device.map { devices.insert($0).inserted } ?? true
    }
  }
}
