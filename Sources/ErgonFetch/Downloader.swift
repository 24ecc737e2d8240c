internal import AsyncHTTPClient
public import ErgonData
public import ErgonWorkload

/// Brings files from the network, whole or not at all.
///
/// What has arrived lies beside the file's place until it is complete and its SHA-256 is right.
/// A download that stopped goes on where it was, unless the server has another version by then.
/// Addresses are tried in order, each a few times with growing pauses.
///
/// ```swift
/// let downloader = Downloader()
/// try await downloader.fetch(DataCatalog.mnist, into: .standard)
/// ```
///
/// - Reference: R. Fielding and others, RFC 9110, "HTTP semantics", 2022, sections 13 and 14.
public struct Downloader: Sendable {
  private let options: DownloadOptions

  public init(options: DownloadOptions = DownloadOptions()) { self.options = options }

  /// What a download came to.
  public struct Outcome: Sendable, Hashable {
    public var path: String
    /// Bytes that came over the network; 0 for a file that was there.
    public var received: Int
    /// Bytes that an earlier download had left.
    public var resumedFrom: Int
    /// Whom the last bytes came from; `nil` for a file that was there.
    public var url: String?

    public init(path: String, received: Int = 0, resumedFrom: Int = 0, url: String? = nil) {
      self.path = path
      self.received = received
      self.resumedFrom = resumedFrom
      self.url = url
    }
  }

  /// Fetches what is missing of a data set, and checks every byte of it.
  ///
  /// - Parameter context: Is told of progress in bytes of the whole set, and may stop it.
  /// - Returns: One outcome a file, in the order of the set.
  /// - Throws: ``FetchError``, and `WorkloadStopped` when asked to stop: what has arrived is kept.
  @discardableResult
  public func fetch(
    _ set: DataSetDescription, into store: DataStore,
    in context: some WorkloadContext = UnobservedContext()
  ) async throws -> [Outcome] {
    var outcomes: [Outcome] = []
    var done = 0
    for file in set.files {
      // A file that is there is trusted by its digest alone.
      if case .ok(let path) = try store.verify(file) {
        outcomes.append(Outcome(path: path))
      } else {
        let progress = Progress(
          context: context, stage: file.name, before: done, total: set.size,
          items: UInt64(outcomes.count))
        outcomes.append(
          try await fetch(
            file.urls, to: store.destination(of: file), size: file.size,
            digest: .sha256(file.digest), progress))
      }
      done += file.size
      try context.report(
        WorkloadProgress(
          stage: file.name, completed: Double(done), total: Double(set.size),
          counts: WorkloadCounts(items: UInt64(outcomes.count), bytes: UInt64(done))))
    }
    return outcomes
  }

  /// Fetches one file.
  ///
  /// - Parameters:
  ///   - urls: Where it can be had, the first to be tried first.
  ///   - path: Where it belongs; folders are made as needed, and what is there is replaced.
  ///   - size: Its published size in bytes, if there is one.
  ///   - digest: Its published SHA-256, if there is one.
  ///   - context: Is told of progress in bytes, and may stop it.
  /// - Throws: ``FetchError``, and `WorkloadStopped` when asked to stop: what has arrived is kept.
  public func fetch(
    _ urls: [String], to path: String, size: Int? = nil, digest: SHA256Digest? = nil,
    in context: some WorkloadContext = UnobservedContext()
  ) async throws -> Outcome {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return try await fetch(
      urls, to: path, size: size, digest: digest.map { .sha256($0) },
      Progress(context: context, stage: name, before: 0, total: size, items: 0))
  }

  func fetch(
    _ urls: [String], to path: String, size: Int?, digest: FileDigest?, _ progress: Progress
  ) async throws -> Outcome {
    let file = try PartialFile(for: path)
    defer { file.letGo() }
    var configuration = HTTPClient.Configuration()
    // Redirects are followed by hand, because a token must not follow them.
    configuration.redirectConfiguration = .disallow
    configuration.timeout.connect = .milliseconds(Self.milliseconds(options.connectTimeout))
    configuration.timeout.read = .milliseconds(Self.milliseconds(options.stallTimeout))
    // Otherwise a refused connection is tried again and again until its time is over.
    configuration.connectionPool.retryConnectionEstablishment = false
    let (options, start) = (options, file.size)
    return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
      var errors: [FetchError] = []
      var received = 0
      for url in urls {
        let transfer = Transfer(
          client: client, options: options, file: file, size: size, digest: digest,
          progress: progress)
        do {
          try await transfer.run(from: url)
          try file.finish()
          received += transfer.received
          return Outcome(path: path, received: received, resumedFrom: start, url: url)
        } catch let error as FetchError {
          guard error.isOfSource else { throw error }
          received += transfer.received
          errors.append(error)
        }
      }
      throw errors.count == 1 ? errors[0] : FetchError.everySourceFailed(path: path, errors)
    }
  }

  private static func milliseconds(_ seconds: Double) -> Int64 {
    Int64(min(max(seconds, 0.001), 86400) * 1000)
  }
}

/// Says how far a download is within the work it is part of.
struct Progress: Sendable {
  let context: any WorkloadContext
  let stage: String
  /// Bytes of the files before this one.
  let before: Int
  let total: Int?
  let items: UInt64
  private let start = ContinuousClock.now

  /// - Parameters:
  ///   - size: Bytes of the file that are here.
  ///   - received: Bytes of them that this run brought; its rate is of them.
  func report(_ size: Int, received: Int, total stated: Int?) throws(WorkloadStopped) {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    try context.report(
      WorkloadProgress(
        stage: stage, completed: Double(before + size), total: (total ?? stated).map { Double($0) },
        counts: WorkloadCounts(items: items, bytes: UInt64(before + size)),
        figures: seconds > 0 ? [(name: "MB/s", value: Double(received) / seconds / 1e6)] : []))
  }
}
