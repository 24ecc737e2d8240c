extension HTMLPage {
  /// The content security policy that the page states, for a server that sends it as a header:
  /// nothing but the one stylesheet, known by its digest.
  public static let contentSecurityPolicy =
    "default-src 'none'; style-src 'sha256-\(PageStyle.digest)'; img-src data:; "
    + "base-uri 'none'; form-action 'none'"

  /// The page as one HTML file.
  public func render() -> String {
    var html = "<!DOCTYPE html>\n<html lang=\"\(MarkupText.escaped(language))\">\n<head>\n"
    html += "<meta charset=\"utf-8\">\n"
    html += "<meta http-equiv=\"Content-Security-Policy\" "
    html += "content=\"\(Self.contentSecurityPolicy)\">\n"
    html += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    html += "<meta name=\"color-scheme\" content=\"light dark\">\n"
    html += "<title>\(MarkupText.escaped(title))</title>\n"
    html += "<style>\(PageStyle.sheet)</style>\n</head>\n<body>\n<main>\n<header>\n"
    html += "<h1>\(MarkupText.escaped(title))</h1>\n"
    if let subtitle { html += "<p class=\"lead\">\(MarkupText.escaped(subtitle))</p>\n" }
    html += "</header>\n"
    for section in sections { html += render(section) }
    if let footer { html += "<footer>\(MarkupText.escaped(footer))</footer>\n" }
    return html + "</main>\n</body>\n</html>\n"
  }

  private func render(_ section: Section) -> String {
    var html = "<section>\n"
    if let heading = section.heading { html += "<h2>\(MarkupText.escaped(heading))</h2>\n" }
    for block in section.blocks { html += render(block) }
    return html + "</section>\n"
  }

  private func render(_ block: Block) -> String {
    switch block {
    case .heading(let text): return "<h3>\(MarkupText.escaped(text))</h3>\n"
    case .paragraph(let text): return "<p>\(MarkupText.escaped(text))</p>\n"
    case .note(let text): return "<p class=\"note\">\(MarkupText.escaped(text))</p>\n"
    case .list(let items):
      let lines = items.map { "<li>\(MarkupText.escaped($0))</li>\n" }
      return "<ul>\n\(lines.joined())</ul>\n"
    case .code(let text): return "<pre><code>\(MarkupText.escaped(text))</code></pre>\n"
    case .facts(let facts):
      let lines = facts.map {
        "<div><dt>\(MarkupText.escaped($0.name))</dt><dd>\(MarkupText.escaped($0.value))</dd></div>\n"
      }
      return "<dl>\n\(lines.joined())</dl>\n"
    case .table(let table): return render(table)
    case .figure(let chart, let caption):
      let text = caption.map { "<figcaption>\(MarkupText.escaped($0))</figcaption>\n" } ?? ""
      return "<figure>\n\(chart.svg(isEmbedded: true))\(text)</figure>\n"
    case .verdict(let badge, let text):
      return "<p class=\"verdict\">\(render(badge)) \(MarkupText.escaped(text))</p>\n"
    }
  }

  private func render(_ badge: Badge) -> String {
    "<span class=\"badge \(badge.tone.rawValue)\"><span aria-hidden=\"true\">"
      + "\(badge.tone.sign)</span> \(MarkupText.escaped(badge.text))</span>"
  }

  private func render(_ table: Table) -> String {
    // A wide table scrolls by itself instead of the page.
    var html = "<div class=\"scroll\" tabindex=\"0\">\n<table>\n"
    if let caption = table.caption {
      html += "<caption>\(MarkupText.escaped(caption))</caption>\n"
    }
    html += "<thead>\n<tr>"
    for column in table.columns {
      html += "<th scope=\"col\"\(style(column))>\(MarkupText.escaped(column.name))</th>"
    }
    html += "</tr>\n</thead>\n<tbody>\n"
    for row in table.rows {
      html += "<tr>"
      for (index, column) in table.columns.enumerated() {
        html += "<td\(style(column))>\(index < row.count ? render(row[index]) : "")</td>"
      }
      html += "</tr>\n"
    }
    return html + "</tbody>\n</table>\n</div>\n"
  }

  private func style(_ column: Column) -> String {
    if column.isNumeric { return " class=\"n\"" }
    return column.isUnbroken ? " class=\"w\"" : ""
  }

  private func render(_ cell: Cell) -> String {
    switch cell {
    case .text(let text): MarkupText.escaped(text)
    case .badge(let badge): render(badge)
    }
  }
}
