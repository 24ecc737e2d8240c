/// Lines through points, with gaps, in as few points as the picture can show.
enum Polyline {
  struct Point: Equatable {
    let x: Double
    let y: Double
  }

  /// The path of a line; `nil` is a gap, and a point between two gaps is a dot.
  static func data(_ points: [Point?]) -> String {
    var data = ""
    for run in runs(points) {
      for (index, point) in thinned(run).enumerated() {
        data += (index == 0 ? "M" : "L") + pair(point)
      }
      // A line of no length shows as a dot under a round cap.
      if run.count == 1 { data += "h0" }
    }
    return data
  }

  /// The closed surface between two lines with the same places; it breaks where either does.
  static func surface(between low: [Point?], and high: [Point?]) -> String {
    let both = zip(low, high).map { pair -> (Point, Point)? in
      if let a = pair.0, let b = pair.1 { (a, b) } else { nil }
    }
    var data = ""
    for run in runs(both) where run.count > 1 {
      let outline = thinned(run.map(\.1)) + thinned(run.map(\.0)).reversed()
      for (index, point) in outline.enumerated() {
        data += (index == 0 ? "M" : "L") + pair(point)
      }
      data += "z"
    }
    return data
  }

  /// Of consecutive points in one column of pixels: first, lowest, highest and last, in order.
  static func thinned(_ points: [Point]) -> [Point] {
    var kept: [Point] = []
    var start = 0
    while start < points.count {
      let column = points[start].x.rounded(.down)
      var (end, lowest, highest) = (start, start, start)
      while end < points.count, points[end].x.rounded(.down) == column {
        if points[end].y < points[lowest].y { lowest = end }
        if points[end].y > points[highest].y { highest = end }
        end += 1
      }
      if end - start <= 4 {
        kept += points[start..<end]
      } else {
        kept += Set([start, lowest, highest, end - 1]).sorted().map { points[$0] }
      }
      start = end
    }
    return kept
  }

  private static func runs<Element>(_ points: [Element?]) -> [[Element]] {
    points.split(whereSeparator: { $0 == nil }).map { $0.compactMap { $0 } }
  }

  private static func pair(_ point: Point) -> String {
    "\(NumberText.coordinate(point.x)) \(NumberText.coordinate(point.y))"
  }
}

extension Polyline {
  /// The part of a straight line inside a rectangle; `nil` when it misses it.
  ///
  /// Reference: Liang, Barsky, "A new concept and method for line clipping", 1984.
  static func clipped(
    from a: Point, to b: Point, x: ClosedRange<Double>, y: ClosedRange<Double>
  ) -> (Point, Point)? {
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    var (enter, leave) = (0.0, 1.0)
    for (direction, distance) in [
      (-dx, a.x - x.lowerBound), (dx, x.upperBound - a.x), (-dy, a.y - y.lowerBound),
      (dy, y.upperBound - a.y),
    ] {
      if direction == 0 {
        if distance < 0 { return nil }
      } else if direction < 0 {
        enter = max(enter, distance / direction)
      } else {
        leave = min(leave, distance / direction)
      }
    }
    guard enter <= leave else { return nil }
    return (
      Point(x: a.x + enter * dx, y: a.y + enter * dy),
      Point(x: a.x + leave * dx, y: a.y + leave * dy)
    )
  }
}
