/// A binary heap with its smallest element first.
package struct MinimumHeap<Element: Comparable> {
  @usableFromInline var elements: [Element] = []

  @inlinable package init() {}

  @inlinable package var first: Element? { elements.first }

  @inlinable package mutating func insert(_ element: Element) {
    elements.append(element)
    var at = elements.count - 1
    while at > 0, elements[at] < elements[(at - 1) / 2] {
      elements.swapAt(at, (at - 1) / 2)
      at = (at - 1) / 2
    }
  }

  @inlinable package mutating func popFirst() -> Element? {
    guard let first = elements.first else { return nil }
    let last = elements.removeLast()
    if elements.isEmpty { return first }
    elements[0] = last
    var at = 0
    while 2 * at + 1 < elements.count {
      var child = 2 * at + 1
      if child + 1 < elements.count, elements[child + 1] < elements[child] { child += 1 }
      if elements[child] >= elements[at] { break }
      elements.swapAt(at, child)
      at = child
    }
    return first
  }
}
