import CErgonKernels

/// How keys and values are kept.
public enum KeyValueFormat: String, Sendable, Hashable, CaseIterable {
  case f32, f16
  /// Eight bits and a factor for each head's vector.
  case int8

  var kernel: ek_kv_format {
    switch self {
    case .f32: EK_KV_F32
    case .f16: EK_KV_F16
    case .int8: EK_KV_INT8
    }
  }
}

/// The keys and values of sequences, which their next tokens attend to.
///
/// Memory is taken page by page as sequences grow, and sequences that share a beginning share its
/// pages until one of them writes there. One thread at a time uses a cache.
///
/// ```swift
/// let cache = try model.makeCache(positions: 4096)
/// let sequence = try cache.makeSequence()
/// let branch = try cache.fork(sequence, keeping: 128)           // copies nothing yet
/// cache.truncate(sequence, to: 64)                              // takes tokens back
/// ```
///
/// - Cost: fork, truncate and remove O(pages); a page of 64 positions is
///   128 · layers · key heads · head size numbers.
public final class KeyValueCache: @unchecked Sendable {
  /// Positions in a page.
  public static let pagePositions = 64

  public let format: KeyValueFormat
  /// Positions that a sequence may have.
  public let capacity: Int
  /// Sequences that there may be at once.
  public let maximumSequences: Int

  let shape: ek_kv_shape
  let layers: Int
  let workspace: Workspace
  private let layerBytes: Int
  private var sequences: [SequenceID: Sequence] = [:]
  private var nextID = 0
  private var livePages = 0

  /// The page of all layers, one layer after the other, and how many sequences have it.
  private final class Page {
    let memory: UnsafeMutableRawPointer
    let bytes: Int
    var users = 1

    init(bytes: Int) {
      self.bytes = bytes
      memory = ek_allocate(bytes)
    }

    deinit { ek_deallocate(memory, bytes) }
  }

  private struct Sequence {
    var length = 0
    var pages: [Page] = []
    /// [layers, room]: where each layer's part of each page is, as the kernels take it.
    var table: UnsafeMutablePointer<UnsafeMutableRawPointer>?
    var room = 0
  }

  init(
    format: KeyValueFormat, layers: Int, heads: Int, headSize: Int, capacity: Int,
    maximumSequences: Int, workspace: Workspace
  ) {
    self.format = format
    self.layers = layers
    self.capacity = capacity
    self.maximumSequences = maximumSequences
    self.workspace = workspace
    var shape = ek_kv_shape(
      format: format.kernel, page_tokens: Self.pagePositions, kv_heads: heads, head_dim: headSize)
    self.shape = shape
    layerBytes = (Int(ek_kv_page_bytes(&shape)) + 63) & ~63
  }

  deinit {
    for sequence in sequences.values { sequence.table?.deallocate() }
  }

  /// Bytes that keys and values take now.
  public var bytes: Int { livePages * layerBytes * layers }

  /// A new, empty sequence.
  ///
  /// - Throws: ``LMError/request(what:reason:mend:)`` where there are as many as the cache was made
  ///   for.
  public func makeSequence() throws(LMError) -> SequenceID {
    guard sequences.count < maximumSequences else {
      throw .request(
        what: "another sequence", reason: "the cache was made for \(maximumSequences)",
        mend: "remove one, or make the cache for more")
    }
    defer { nextID += 1 }
    sequences[nextID] = Sequence()
    return nextID
  }

  /// Tokens of a sequence that the cache holds.
  public func length(_ sequence: SequenceID) -> Int { known(sequence).length }

  /// Forgets all but the first tokens of a sequence.
  public func truncate(_ sequence: SequenceID, to length: Int) {
    let old = known(sequence)
    precondition(
      0 <= length && length <= old.length, "truncate: to \(length) of \(old.length) tokens")
    let kept = (length + Self.pagePositions - 1) / Self.pagePositions
    for page in old.pages[kept...] { release(page) }
    sequences[sequence]!.pages.removeSubrange(kept...)
    sequences[sequence]!.length = length
  }

  /// A new sequence that begins with the first tokens of another.
  public func fork(_ sequence: SequenceID, keeping length: Int) throws(LMError) -> SequenceID {
    let source = known(sequence)
    precondition(
      0 <= length && length <= source.length, "fork: keeping \(length) of \(source.length) tokens")
    let branch = try makeSequence()
    let shared = (length + Self.pagePositions - 1) / Self.pagePositions
    for page in source.pages[..<shared] {
      page.users += 1
      append(page, to: &sequences[branch]!)
    }
    sequences[branch]!.length = length
    return branch
  }

  /// Forgets a sequence; its number is not given again.
  public func remove(_ sequence: SequenceID) {
    let old = known(sequence)
    for page in old.pages { release(page) }
    old.table?.deallocate()
    sequences[sequence] = nil
  }

  /// Whether there is such a sequence.
  public func contains(_ sequence: SequenceID) -> Bool { sequences[sequence] != nil }
}

extension KeyValueCache {
  /// Makes room for a sequence to grow to `length` tokens, all of it its own to write.
  func reserve(_ sequence: SequenceID, upTo length: Int) {
    let size = Self.pagePositions
    var index = known(sequence).length / size
    if index < sequences[sequence]!.pages.count, sequences[sequence]!.pages[index].users > 1 {
      let old = sequences[sequence]!.pages[index]
      let own = makePage()
      own.memory.copyMemory(from: old.memory, byteCount: old.bytes)
      old.users -= 1
      sequences[sequence]!.pages[index] = own
      point(&sequences[sequence]!, at: index, to: own)
    }
    index = sequences[sequence]!.pages.count
    while index * size < length {
      append(makePage(), to: &sequences[sequence]!)
      index += 1
    }
  }

  func grow(_ sequence: SequenceID, to length: Int) { sequences[sequence]!.length = length }

  /// Where a sequence's pages of layer 0 are, and how far on those of the next layer.
  func pages(
    of sequence: SequenceID
  ) -> (table: UnsafeMutablePointer<UnsafeMutableRawPointer>, step: Int) {
    let found = known(sequence)
    return (found.table!, found.room)
  }

  private func known(_ sequence: SequenceID) -> Sequence {
    guard let found = sequences[sequence] else {
      preconditionFailure("key-value cache: there is no sequence \(sequence)")
    }
    return found
  }

  private func makePage() -> Page {
    livePages += 1
    return Page(bytes: layerBytes * layers)
  }

  private func release(_ page: Page) {
    page.users -= 1
    if page.users == 0 { livePages -= 1 }
  }

  private func append(_ page: Page, to sequence: inout Sequence) {
    if sequence.pages.count == sequence.room {
      let room = max(4, 2 * sequence.room)
      let table = UnsafeMutablePointer<UnsafeMutableRawPointer>.allocate(capacity: room * layers)
      sequence.table?.deallocate()
      sequence.table = table
      sequence.room = room
      for index in sequence.pages.indices { point(&sequence, at: index, to: sequence.pages[index]) }
    }
    sequence.pages.append(page)
    point(&sequence, at: sequence.pages.count - 1, to: page)
  }

  private func point(_ sequence: inout Sequence, at index: Int, to page: Page) {
    for layer in 0..<layers {
      sequence.table![layer * sequence.room + index] = page.memory + layer * layerBytes
    }
  }
}
