/// The look of all charts: one sheet for light, dark and paper.
///
/// The eight series colours are those of Okabe and Ito, which people with any common colour
/// blindness can tell apart, lightened for dark backgrounds. Plain rules rather than custom
/// properties, since not every SVG renderer knows those.
enum ChartStyle {
  static let seriesCount = 8

  static func fill(_ series: Int) -> String { "ep-f\(series % seriesCount)" }
  static func stroke(_ series: Int) -> String { "ep-s\(series % seriesCount)" }

  static let sheet = """
    .ep{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;\
    font-variant-numeric:tabular-nums}
    .ep-bg{fill:#fff}
    .ep-title{font-size:17px;font-weight:600;fill:#16191d}
    .ep-sub{font-size:13px;fill:#5a636e}
    .ep-tick{font-size:12px;fill:#5a636e}
    .ep-name{font-size:12.5px;fill:#22272d}
    .ep-strong{font-size:12.5px;font-weight:600;fill:#16191d}
    .ep-grid{stroke:#e7eaed;stroke-width:1}
    .ep-axis{stroke:#8d96a0;stroke-width:1}
    .ep-ref{stroke:#5a636e;stroke-width:1.2;stroke-dasharray:4 4}
    .ep-error{stroke:#2b3036;stroke-width:1.4;fill:none}
    .ep-halo{stroke:#fff;stroke-width:1.5}
    .ep-dot{fill-opacity:.8}
    .ep-line{fill:none;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}
    .ep-thin{fill:none;stroke-width:1.4;stroke-dasharray:6 4}
    .ep-thick{fill:none;stroke-width:2.6;stroke-linecap:round}
    .ep-hollow{fill:#fff}
    .ep-band{fill-opacity:.18}
    .ep-box{fill-opacity:.14}
    \(palette([
      "#0072b2", "#d55e00", "#009e73", "#b8568d", "#d99400", "#3aa0dc", "#6b7280", "#16191d",
    ]))
    @media screen and (prefers-color-scheme:dark){
    .ep-bg{fill:#15181c}
    .ep-title,.ep-strong{fill:#f1f3f5}
    .ep-sub,.ep-tick{fill:#a3acb6}
    .ep-name{fill:#dfe3e7}
    .ep-grid{stroke:#2a2f36}
    .ep-axis{stroke:#6d7680}
    .ep-ref{stroke:#a3acb6}
    .ep-error{stroke:#dfe3e7}
    .ep-halo{stroke:#15181c}
    .ep-hollow{fill:#15181c}
    \(palette([
      "#4ba6e0", "#f58549", "#2fc397", "#dd8fbd", "#efb73e", "#8fcdf2", "#9aa3ad", "#f1f3f5",
    ]))
    }

    """

  private static func palette(_ colours: [String]) -> String {
    colours.enumerated().map { ".ep-f\($0){fill:\($1)}.ep-s\($0){stroke:\($1)}" }
      .joined(separator: "\n")
  }
}
