/// The columns of codecarbon 3.3's `emissions.csv`, in their order.
///
/// Units: duration in s; emissions in kg CO2e and their rate in kg/s; powers in W; energies in kWh;
/// water in L; memory in GB, which codecarbon counts as GiB; utilisation in per cent. Energies and
/// powers include the building's `pue`.
public enum CodecarbonColumn: String, Sendable, CaseIterable {
  case timestamp
  case projectName = "project_name"
  case runID = "run_id"
  case experimentID = "experiment_id"
  case duration, emissions
  case emissionsRate = "emissions_rate"
  case cpuPower = "cpu_power"
  case gpuPower = "gpu_power"
  case ramPower = "ram_power"
  case cpuEnergy = "cpu_energy"
  case gpuEnergy = "gpu_energy"
  case ramEnergy = "ram_energy"
  case energyConsumed = "energy_consumed"
  case waterConsumed = "water_consumed"
  case countryName = "country_name"
  case countryISOCode = "country_iso_code"
  case region
  case cloudProvider = "cloud_provider"
  case cloudRegion = "cloud_region"
  case os
  case pythonVersion = "python_version"
  case codecarbonVersion = "codecarbon_version"
  case cpuCount = "cpu_count"
  case cpuModel = "cpu_model"
  case gpuCount = "gpu_count"
  case gpuModel = "gpu_model"
  case longitude, latitude
  case ramTotalSize = "ram_total_size"
  case trackingMode = "tracking_mode"
  case cpuUtilization = "cpu_utilization_percent"
  case gpuUtilization = "gpu_utilization_percent"
  case ramUtilization = "ram_utilization_percent"
  case ramUsed = "ram_used_gb"
  case onCloud = "on_cloud"
  case pue, wue

  /// A column that only task files have, before all others.
  static let taskName = "task_name"

  /// The name under which an imported cell is kept among a run's settings.
  var setting: String { "codecarbon." + rawValue }
}
