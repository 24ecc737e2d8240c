import ErgonEnergy

extension FootprintRecord {
  /// Energy and greenhouse gas with every factor's origin and spread.
  ///
  /// A metered record takes the meter's joules and no design power; a published one takes the
  /// printed figures; only a declared one multiplies devices by hours.
  ///
  /// - Throws: The first ``FootprintProblem`` that makes the row unusable.
  public func footprint(
    tables: FootprintTables = .standard, rule: IntensityRule = .exactYear
  ) throws(FootprintProblem) -> Footprint {
    if let problem = problems(tables: tables, rule: rule).first(where: { !$0.isConflict }) {
      throw problem
    }
    return resolved(tables: tables)
  }

  /// The footprint of a record that has been validated.
  func resolved(tables: FootprintTables) -> Footprint {
    var footprint = energyFactors()
    if let grid = intensityFactor(tables) {
      footprint.gramsPerKWh = grid.factor
      footprint.intensityYear = grid.year
    }
    footprint.basis = intensity?.basis ?? published?.basis
    if let energy = footprint.energy, let intensity = footprint.gramsPerKWh {
      footprint.carbon = GramsCO2e(energy.kilowattHours * intensity.value)
      footprint.carbonSpread = FootprintSpread.product([
        footprint.energySpread, intensity.spread,
      ])
    } else if let kilograms = published?.kgCO2e {
      footprint.carbon = GramsCO2e(kilograms * 1000)
      footprint.carbonSpread = FootprintSpread.product([
        FootprintSpread.powerKnownUtilisation, FootprintSpread.intensity,
      ])
    }
    return footprint
  }

  private func energyFactors() -> Footprint {
    let building = Footprint.Factor(
      pue ?? 1, spread: FootprintSpread.pue, origin: pue == nil ? .convention : .stated)
    var footprint = Footprint(pue: building, energySpread: 1, carbonSpread: 1)
    footprint.hours = hours.map { Footprint.Factor($0, spread: 1, origin: .stated) }
    if let measuredJoules {
      let spread = measuredSpread ?? FootprintSpread.meter(provenance)
      setEnergy(&footprint, joules: measuredJoules, spread: spread, origin: .meter)
    } else if let printed = published?.energyKWh {
      // The printed energy already holds whatever overhead its authors counted.
      footprint.pue = Footprint.Factor(1, spread: 1, origin: .printed)
      setEnergy(
        &footprint, joules: printed * 3.6e6, spread: FootprintSpread.powerKnownUtilisation,
        origin: .printed)
    } else if let hours, !devices.isEmpty {
      setNameplate(&footprint, hours: hours)
    }
    return footprint
  }

  private func setEnergy(
    _ footprint: inout Footprint, joules: Double, spread: Double, origin: FactorOrigin
  ) {
    if let hours {
      footprint.powerW = Footprint.Factor(
        joules / (hours * 3600), spread: spread, origin: origin)
      footprint.utilisation = Footprint.Factor(1, spread: 1, origin: origin)
    }
    footprint.energy = Joules(joules * footprint.pue.value)
    footprint.energySpread = FootprintSpread.product([spread, footprint.pue.spread])
  }

  /// `sum(n * TDP * u)`; the utilisation shown is the mean weighted by design power.
  private func setNameplate(_ footprint: inout Footprint, hours: Double) {
    var (design, drawn) = (0.0, 0.0)
    for device in devices {
      guard let power = device.tdpW ?? DeviceTable.find(device.model).device?.tdpW else { return }
      design += Double(device.count) * power
      drawn += Double(device.count) * power * (device.utilisation ?? 1)
    }
    let isKnown = devices.allSatisfy { $0.utilisation != nil }
    let spread =
      isKnown
      ? FootprintSpread.powerKnownUtilisation : FootprintSpread.powerUnknownUtilisation
    let isStated = devices.allSatisfy { $0.tdpW != nil }
    footprint.powerW = Footprint.Factor(
      design, spread: spread, origin: isStated ? .stated : .deviceTable)
    footprint.utilisation = Footprint.Factor(
      drawn / design, spread: 1, origin: isKnown ? .stated : .convention)
    footprint.hours = Footprint.Factor(hours, spread: FootprintSpread.hours, origin: .stated)
    footprint.energy = Joules(drawn * hours * 3600 * footprint.pue.value)
    footprint.energySpread = FootprintSpread.product([
      spread, FootprintSpread.hours, footprint.pue.spread,
    ])
  }

  private func intensityFactor(_ tables: FootprintTables) -> (
    factor: Footprint.Factor, year: Int?
  )? {
    if let intensity {
      return (
        Footprint.Factor(intensity.value, spread: statedSpread(tables), origin: .stated),
        intensity.year
      )
    }
    if let energy = published?.energyKWh, let kilograms = published?.kgCO2e, energy > 0 {
      return (
        Footprint.Factor(
          kilograms * 1000 / energy, spread: FootprintSpread.intensity, origin: .implied), year
      )
    }
    guard let place, let grid = tables.country(place.country) else { return nil }
    return (
      Footprint.Factor(
        grid.gramsPerKWh.best.value, spread: grid.spread, origin: .gridTable), grid.year
    )
  }

  /// A stated intensity is good to a country's spread, unless all that is known of the place is a
  /// country whose regions differ widely.
  private func statedSpread(_ tables: FootprintTables) -> Double {
    guard let place, place.region == nil, place.provider == nil,
      let grid = tables.country(place.country)
    else { return FootprintSpread.intensity }
    return max(FootprintSpread.intensity, grid.spread)
  }
}
