extension CPUPowerModel {
  /// The table's row for the processor of a machine; a wide guess where the family is unknown.
  public static func forMachine(_ host: Host) -> CPUPowerModel {
    CPUPowerModel(
      name: "core table: unknown processor", version: "2026-11",
      wattsPerCore: Interval(Watts(3), factor: 3),
      idleWattsPerCore: Interval(Watts(0.8), factor: 3), kind: .estimated)
  }
}
