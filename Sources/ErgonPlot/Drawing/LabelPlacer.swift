/// Finds room for the labels of points.
struct LabelPlacer {
  private let x: ClosedRange<Double>
  private let y: ClosedRange<Double>
  private var taken: [Box] = []

  private struct Box {
    let left: Double
    let top: Double
    let right: Double
    let bottom: Double

    func overlaps(_ other: Box) -> Bool {
      left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }
  }

  struct Spot {
    let x: Double
    let y: Double
    let anchor: SVGCanvas.Anchor
  }

  init(x: ClosedRange<Double>, y: ClosedRange<Double>) {
    self.x = x
    self.y = y
  }

  /// Keeps labels off a mark.
  mutating func block(_ point: Polyline.Point) {
    taken.append(
      Box(left: point.x - 5, top: point.y - 5, right: point.x + 5, bottom: point.y + 5))
  }

  /// A place to the right, the left, above or below, the first that is free; `nil` for none.
  mutating func place(width: Double, at point: Polyline.Point) -> Spot? {
    let spots = [
      Spot(x: point.x + 9, y: point.y + 4, anchor: .start),
      Spot(x: point.x - 9, y: point.y + 4, anchor: .end),
      Spot(x: point.x, y: point.y - 9, anchor: .middle),
      Spot(x: point.x, y: point.y + 18, anchor: .middle),
    ]
    for spot in spots {
      let left =
        switch spot.anchor {
        case .start: spot.x
        case .middle: spot.x - width / 2
        case .end: spot.x - width
        }
      let box = Box(left: left - 1, top: spot.y - 11, right: left + width + 1, bottom: spot.y + 3)
      let isInside =
        box.left >= x.lowerBound && box.right <= x.upperBound + 20 && box.top >= y.lowerBound - 8
        && box.bottom <= y.upperBound
      if isInside, !taken.contains(where: box.overlaps) {
        taken.append(box)
        return spot
      }
    }
    return nil
  }
}
