internal import ErgonEnergy

/// Turns a run into a row of codecarbon's `emissions.csv`.
///
/// A cell whose content is not known stays empty. Energies and powers are multiplied by the declared
/// PUE, as codecarbon does; the version column names Ergon, so that a reader can tell the origin.
struct CodecarbonExporter {
  static let header = CodecarbonColumn.allCases.map(\.rawValue)

  /// The fields in the order of ``CodecarbonColumn``; `nil` for a run without a bill.
  static func fields(_ run: Run) -> [String]? {
    guard let bill = run.bill else { return nil }
    let cells = cells(run, bill)
    return CodecarbonColumn.allCases.map { column in
      // What an import kept comes back as it was.
      let kept = column.isFigure ? nil : run.settings[column.setting]
      return kept ?? cells[column] ?? ""
    }
  }

  private static func cells(_ run: Run, _ bill: Bill) -> [CodecarbonColumn: String] {
    var cells: [CodecarbonColumn: String] = [:]
    func put(_ column: CodecarbonColumn, _ text: String?) { cells[column] = text }
    func put(_ column: CodecarbonColumn, _ number: Double?) {
      cells[column] = number.map { $0.isFinite ? "\($0)" : "" }
    }
    let reading = bill.reading
    let seconds = reading.duration.value
    let pue = bill.overheads.pue ?? 1

    put(.timestamp, CalendarTime.text(run.startedAt + seconds))
    put(.projectName, run.settings[CodecarbonColumn.projectName.setting] ?? run.subject)
    put(.runID, run.id.description)
    put(.experimentID, (run.repetition?.group ?? run.parent)?.description)
    put(.duration, seconds)
    let parts: [(Set<EnergyComponent>, CodecarbonColumn, CodecarbonColumn)] = [
      ([.cpu], .cpuEnergy, .cpuPower), ([.gpu, .accelerator], .gpuEnergy, .gpuPower),
      ([.memory], .ramEnergy, .ramPower),
    ]
    for (kinds, energyColumn, powerColumn) in parts {
      let figures = reading.components.filter { $0.isInHeadline && kinds.contains($0.component) }
        .compactMap { $0.dynamic?.best }
      guard !figures.isEmpty else { continue }
      let energy = figures.reduce(.zero, +) * pue
      put(energyColumn, energy.kilowattHours)
      if seconds > 0 { put(powerColumn, energy.value / seconds) }
    }
    let energy = bill.energy.map { $0.best * pue }
    put(.energyConsumed, energy?.kilowattHours)
    if let carbon = bill.carbon {
      let kilograms = carbon.best.value * pue / 1000
      put(.emissions, kilograms)
      if seconds > 0 { put(.emissionsRate, kilograms / seconds) }
    }
    if let water = bill.overheads.waterLitresPerKWh {
      put(.wue, water)
      put(.waterConsumed, energy.map { water * $0.kilowattHours })
    }
    put(.pue, pue)
    if let grid = bill.grid, let row = GridTable.row(grid.code) {
      put(.countryName, row.name)
      put(.countryISOCode, row.alpha3)
    }
    let environment = run.environment
    put(.os, environment.operatingSystem)
    put(.codecarbonVersion, "ergon-\(environment.ergonVersion)")
    if environment.logicalProcessors > 0 { put(.cpuCount, "\(environment.logicalProcessors)") }
    put(.cpuModel, environment.cpuModel)
    if !environment.accelerators.isEmpty {
      put(.gpuCount, "\(environment.accelerators.count)")
      put(.gpuModel, environment.accelerators.joined(separator: ", "))
    }
    put(.ramTotalSize, environment.memoryBytes.map { Double($0) / 1_073_741_824 })
    switch reading.scope {
    case .machine: put(.trackingMode, "machine")
    case .process, .thread, .tree: put(.trackingMode, "process")
    case .cgroup: break
    }
    if let busy = reading.machineBusy, seconds > 0, reading.processors > 0 {
      put(.cpuUtilization, 100 * busy.value / (seconds * Double(reading.processors)))
    }
    return cells
  }
}
