import CErgonKernels

/// A walk back over recorded operations, from a result to what it was made of.
///
/// Nodes wait in a heap by their number, the latest first; when one is reached, everything made of
/// it has already passed its gradient on.
public final class BackwardPass {
  /// Whether the operations may be walked again: by a gradient of this gradient, or for another
  /// row of a Jacobian.
  let keepsGraph: Bool
  /// Whether the walk is itself recorded, so that pullbacks must be made of tensor operations.
  package let isRecorded: Bool
  /// Nodes up to this number were there before the pass's scope opened: gradients do not go into
  /// them, or go to the outer pass.
  private let boundary: UInt64
  private let outer: BackwardPass?
  private let isOutermost: Bool
  private var heap: [TapeNode] = []
  /// The operation whose gradient is being passed on.
  private(set) var current: TapeNode?

  init(
    boundary: UInt64, keepsGraph: Bool, isRecorded: Bool, isOutermost: Bool = false,
    outer: BackwardPass? = nil
  ) {
    self.boundary = boundary
    self.keepsGraph = keepsGraph
    self.isRecorded = isRecorded
    self.isOutermost = isOutermost
    self.outer = outer
  }

  /// Adds to the gradient of an operation's input; `gradient` is not evaluated where nobody asks
  /// for it.
  public func add<S>(to input: Tensor<S>, _ gradient: () -> Tensor<S>) {
    guard let node = input.node else { return }
    if node.id <= boundary {
      if let outer { outer.add(to: input, gradient) } else { checkScope() }
      return
    }
    var term = gradient()
    assert(term.shape == input.shape, "gradient: \(term.shape) for an input of \(input.shape)")
    if var sum = node.takeGradient(of: S.self) {
      // The sum is made in the memory of whichever has it to itself.
      if isKnownUniquelyReferenced(&term.storage), !isKnownUniquelyReferenced(&sum.storage) {
        swap(&sum, &term)
      }
      node.keep(gradient: S._sum(consume sum, term))
    } else {
      node.keep(gradient: consume term)
      push(node)
    }
  }

  /// Whether the gradient of `input` is of use to anybody.
  public func needs<S>(_ input: Tensor<S>) -> Bool {
    guard let node = input.node else { return false }
    return node.id > boundary || (outer?.needs(input) ?? false)
  }

  /// Walks back from `result` until `targets` have their gradients.
  func run<S>(from result: Tensor<S>, _ gradient: Tensor<S>, until targets: [TapeNode]) {
    add(to: result) { gradient }
    while let node = pop() {
      guard !targets.contains(where: { $0 === node }) else { continue }
      current = node
      node.propagate(into: self)
    }
    current = nil
  }

  /// A tensor recorded before the outermost scope opened comes from another thread's scope, whose
  /// gradient would silently miss this one, or from one that has ended.
  private func checkScope() {
    precondition(
      !isOutermost,
      """
      gradient: the function uses a tensor recorded in another scope, of another thread or one \
      that has ended; pass tensor.stoppingGradient if it is a constant here
      """)
  }

  private func push(_ node: TapeNode) {
    heap.append(node)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      if heap[parent].id >= heap[child].id { return }
      heap.swapAt(parent, child)
      child = parent
    }
  }

  private func pop() -> TapeNode? {
    guard let last = heap.popLast() else { return nil }
    guard let first = heap.first else { return last }
    heap[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      if child >= heap.count { return first }
      if child + 1 < heap.count, heap[child + 1].id > heap[child].id { child += 1 }
      if heap[parent].id >= heap[child].id { return first }
      heap.swapAt(parent, child)
      parent = child
    }
  }
}
