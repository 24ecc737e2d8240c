import ErgonLedger
public import ErgonPlot
import Synchronization

/// A drawing for a study's report.
public struct StudyFigure: Sendable {
  public var caption: String
  public var chart: any Chart

  public init(caption: String, chart: any Chart) {
    self.caption = caption
    self.chart = chart
  }
}

/// A table for a study's report.
public struct StudyTable: Sendable {
  public var caption: String
  public var columns: [HTMLPage.Column]
  /// As many cells each as there are columns.
  public var rows: [[String]]

  public init(caption: String, columns: [HTMLPage.Column], rows: [[String]]) {
    self.caption = caption
    self.columns = columns
    self.rows = rows
  }
}

/// What a study hands in while it runs.
final class Notebook: Sendable {
  struct Contents: Sendable {
    var figures: [StudyFigure] = []
    var tables: [StudyTable] = []
    var parts: [Run] = []
  }

  private let state = Mutex(Contents())

  var contents: Contents { state.withLock { $0 } }

  func add(_ change: (inout Contents) -> Void) { state.withLock { change(&$0) } }
}

extension Lab {
  /// Puts a drawing into the report of the study that runs here.
  public func figure(_ caption: String, _ chart: any Chart) {
    notebook.add { $0.figures.append(StudyFigure(caption: caption, chart: chart)) }
  }

  /// Puts a table into the report of the study that runs here.
  ///
  /// - Precondition: every row has as many cells as there are columns.
  public func table(_ caption: String, columns: [HTMLPage.Column], rows: [[String]]) {
    precondition(
      rows.allSatisfy { $0.count == columns.count },
      "Lab.table: every row must have \(columns.count) cells")
    notebook.add {
      $0.tables.append(StudyTable(caption: caption, columns: columns, rows: rows))
    }
  }
}
