/// Files that codecarbon 3.3.2 wrote on a machine without counters; in the column `os` the kernel's
/// name is replaced. Made by `pip install codecarbon==3.3.2` and:
///
///     import hashlib
///     from codecarbon import OfflineEmissionsTracker as Tracker
///     def work(n):
///         x = b""
///         for _ in range(n): x = hashlib.sha256(x).digest()
///     t = Tracker(project_name='fixture, "quoted"', country_iso_code="FRA", pue=1.2, wue=0.5,
///                 measure_power_secs=1); t.start(); work(900000); t.stop()
///     t = Tracker(project_name="fixture", country_iso_code="POL", measure_power_secs=1)
///     t.start(); work(300000); t.stop()
///     t = Tracker(project_name="tasks", country_iso_code="SWE", measure_power_secs=1)
///     for name in ("load", "train"): t.start_task(name); work(400000); t.stop_task()
///     t.stop()
enum CodecarbonFixture {
  static let emissions = #"""
    timestamp,project_name,run_id,experiment_id,duration,emissions,emissions_rate,cpu_power,gpu_power,ram_power,cpu_energy,gpu_energy,ram_energy,energy_consumed,water_consumed,country_name,country_iso_code,region,cloud_provider,cloud_region,os,python_version,codecarbon_version,cpu_count,cpu_model,gpu_count,gpu_model,longitude,latitude,ram_total_size,tracking_mode,cpu_utilization_percent,gpu_utilization_percent,ram_utilization_percent,ram_used_gb,on_cloud,pue,wue
    2026-11-25T00:34:58,"fixture, ""quoted""",a4eb22ca-5ce6-4c77-9bb3-7497a8c7952b,5b0fa12a-3dd7-45bb-9766-cc326314d9f1,1.491943705000267,7.556357589441765e-07,5.064773934912251e-07,6.72,0.0,24.0,3.847242492798735e-06,0.0,9.636862486665147e-06,1.3484104979463882e-05,6.742052489731941e-06,France,FRA,,,,Linux-6.1.0-x86_64-with-glibc2.36,3.11.7,3.3.2,2,AMD EPYC,0,,,,23.540584564208984,machine,0.0,0,2.9,0.6815719604492188,N,1.2,0.5
    2026-11-25T00:34:58,fixture,db24d3cd-35bf-43d9-aaf8-440838c8192a,5b0fa12a-3dd7-45bb-9766-cc326314d9f1,0.6944344439998531,3.5715016673311736e-06,5.143036463974602e-06,4.4,0.0,20.0,1.5418894879995705e-06,0.0,3.853731272223134e-06,5.395620760222704e-06,0.0,Poland,POL,,,,Linux-6.1.0-x86_64-with-glibc2.36,3.11.7,3.3.2,2,AMD EPYC,0,,,,23.540584564208984,machine,0,0,0,0,N,1.0,0.0
    2026-11-25T00:34:59,tasks,1ffbc67b-c4b8-4401-aa8e-c2877a5b3aa7,5b0fa12a-3dd7-45bb-9766-cc326314d9f1,0.10718744500081812,1.421505988670572e-07,1.3261870255977481e-06,7.695942576908698,0.0,20.0,9.5681336456835e-07,0.0,2.536259466665393e-06,3.4930728312337433e-06,0.0,Sweden,SWE,,,,Linux-6.1.0-x86_64-with-glibc2.36,3.11.7,3.3.2,2,AMD EPYC,0,,,,23.540584564208984,machine,0,0,0,0,N,1.0,0.0

    """#

  static let tasks = #"""
    task_name,timestamp,project_name,run_id,duration,emissions,emissions_rate,cpu_power,gpu_power,ram_power,cpu_energy,gpu_energy,ram_energy,energy_consumed,water_consumed,country_name,country_iso_code,cloud_provider,cloud_region,os,python_version,codecarbon_version,cpu_count,cpu_model,gpu_count,gpu_model,ram_total_size,tracking_mode,cpu_utilization_percent,gpu_utilization_percent,ram_utilization_percent,ram_used_gb,on_cloud
    load,2026-11-25T00:34:59,tasks,1ffbc67b-c4b8-4401-aa8e-c2877a5b3aa7,0.3501438280000002,1.083619698801006e-07,3.0943896086776745e-07,7.391885153817396,0.0,20.0,7.191252245673444e-07,0.0,1.9436581611090435e-06,2.662783385676388e-06,0.0,Sweden,SWE,,,Linux-6.1.0-x86_64-with-glibc2.36,3.11.7,3.3.2,2,AMD EPYC,0,,23.540584564208984,machine,0.0,0.0,0.0,0.0,N
    train,2026-11-25T00:34:59,tasks,1ffbc67b-c4b8-4401-aa8e-c2877a5b3aa7,0.10706854599993676,3.378862898695658e-08,3.1565966388642994e-07,7.695942576908698,0.0,20.0,2.3768814000100568e-07,0.0,5.926013055563495e-07,8.302894455573554e-07,0.0,Sweden,SWE,,,Linux-6.1.0-x86_64-with-glibc2.36,3.11.7,3.3.2,2,AMD EPYC,0,,23.540584564208984,machine,0.0,0.0,0.0,0.0,N

    """#

  /// Made after the columns of codecarbon 1.2, which had no parts and no `run_id`.
  static let old = """
    timestamp,experiment_id,project_name,duration,emissions,energy_consumed,country_name,country_iso_code,region,on_cloud,cloud_provider,cloud_region
    2021-03-04T05:06:07,5b0fa12a,old,120.5,0.001,0.002,United States,USA,california,N,,

    """
}
