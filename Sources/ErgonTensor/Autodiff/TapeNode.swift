import CErgonKernels
import Synchronization

/// One recorded operation: how to pass a gradient of its result on to its inputs.
///
/// Nodes are numbered in the order they are made, so that inputs have smaller numbers than what is
/// made of them; a backward pass needs no other order. A node does not know the type of elements,
/// so that making one asks the runtime for no type.
final class TapeNode: @unchecked Sendable {
  // Unchecked: operations may be recorded by several threads, each making nodes of its own; one
  // thread walks them back, when the others have handed over their results.

  /// Takes the node's gradient and passes it on.
  typealias Pullback = (TapeNode, BackwardPass) -> Void

  let id = ek_next_id()
  /// `nil` for a watched tensor, where gradients end.
  private var pullback: Pullback?
  /// The sum of the gradients that have arrived.
  private var gradient: Gradient?

  init(pullback: Pullback?) { self.pullback = pullback }

  /// Hands the gradient gathered so far to the inputs.
  func propagate(into pass: BackwardPass) {
    guard let pullback, gradient != nil else { return }
    // A graph that is not walked twice gives its memory back as it goes.
    if !pass.keepsGraph { self.pullback = nil }
    pullback(self, pass)
  }

  /// The gradient gathered so far, which is the caller's now.
  @inline(__always)
  func takeGradient<S>(of _: S.Type) -> Tensor<S>? {
    guard let sum = gradient.take() else { return nil }
    return Tensor(storage: sum.storage, layout: sum.layout, node: sum.node)
  }

  @inline(__always)
  func keep<S>(gradient sum: consuming Tensor<S>) {
    gradient = Gradient(storage: sum.storage, layout: sum.layout, node: sum.node)
  }

  /// An array without the type of its elements.
  private struct Gradient {
    var storage: TensorStorage
    var layout: Layout
    var node: TapeNode?
  }

  deinit {
    guard pullback != nil else { return }
    ReleaseQueue.release(Held(pullback.take()))
  }
}

/// Frees what dropped nodes hold one after the other: a chain of a million operations would
/// otherwise be freed by a recursion a million calls deep.
private enum ReleaseQueue {
  private struct Waiting {
    var held: [Held] = []
    var isDraining = false
  }
  private static let waiting = Mutex(Waiting())

  static func release(_ held: Held) {
    let mustDrain = waiting.withLock { waiting in
      waiting.held.append(held)
      defer { waiting.isDraining = true }
      return !waiting.isDraining
    }
    guard mustDrain else { return }
    var isEmpty = false
    while !isEmpty {
      let taken = waiting.withLock { waiting -> [Held] in
        if waiting.held.isEmpty { waiting.isDraining = false }
        defer { waiting.held = [] }
        return waiting.held
      }
      // Outside the lock: freeing one may add to what waits.
      for held in taken { held.free() }
      isEmpty = taken.isEmpty
    }
  }
}

/// What one dropped node held; the thread that drains the queue frees it, whichever it is.
private final class Held: @unchecked Sendable {
  // A class, so that the content is freed where `free` is called and nowhere else.
  private var pullback: Any?
  init(_ pullback: Any?) { self.pullback = pullback }
  func free() { pullback = nil }
}
