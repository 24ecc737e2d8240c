public import ErgonLab

/// The published claims that Ergon re-runs.
public enum Studies {
  /// All of them; `ergon study list` shows this list.
  public static let registry = StudyRegistry([
    AnyStudy(CountingCarbon.self), AnyStudy(BitNetCPP.self), AnyStudy(BitNetB158.self),
    AnyStudy(ErasmianLM.self),
  ])
}
