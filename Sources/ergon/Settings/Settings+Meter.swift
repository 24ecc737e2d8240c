import ErgonEnergy
import ErgonEnergyFoundation
import ErgonLedger

/// Settings as the parts of the library they stand for.
extension Settings {
  /// The meter these settings describe; discovery happens here.
  ///
  /// A declared power wins over a calibration, a calibration over the table.
  func meter() throws -> Meter {
    let host = Host()
    let profile = try CalibrationProfile.load(Folders.calibration)
    let usual = profile.flatMap { $0.fits(host) ? $0.model : nil }
    return try Meter(
      host: host, only: sourceNames(),
      model: declaredModel(over: usual ?? CPUPowerModel.forMachine(host)), profile: profile,
      plug: plug())
  }

  /// The wattmeter at the plug, with what its owner knows of it; `nil` when nobody named one.
  func plug() throws -> PlugMeterAddress? {
    guard let value = self[.plug] else { return nil }
    var address = try PlugMeterAddress(value.text)
    if let error = try number(.plugError, 0...1, "a share from 0 to 1: 0.01 is ±1 %") {
      address.error = .relative(error)
    }
    if let most = try power(.plugMaximumWatts) { address.maximumPower = most }
    return address
  }

  /// Where the electricity comes from; `nil` when nobody said: a place is never guessed.
  func grid() throws -> Grid? {
    guard let value = self[.grid] else { return nil }
    do throws(EnergyError) {
      return try GridTable.grid(value.text)
    } catch {
      // A flag's own error offers the nearest code; a file or variable has to be named instead.
      guard value.origin != .flag else { throw error }
      throw CommandError.invalidSetting(
        key: SettingKey.grid.rawValue, value: value.text, origin: "\(value.origin)",
        expected: "an ISO country code, 'world' or a number in gCO2e/kWh")
    }
  }

  /// The ledger; the file is only touched once something is read or written.
  func ledger() -> Ledger { Ledger(path: self[.ledger]?.text) }
}
