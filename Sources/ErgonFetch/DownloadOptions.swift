/// How patient a download is, and how much of it is acceptable.
public struct DownloadOptions: Sendable, Hashable {
  /// Seconds until a connection must stand.
  public var connectTimeout: Double
  /// Seconds without a single byte after which a connection counts as lost.
  public var stallTimeout: Double
  /// How often one address is asked while it does not answer or breaks off.
  public var attempts: Int
  /// Seconds before the second attempt; each further pause is twice as long.
  public var retryDelay: Double
  /// The largest file to accept where its size is not known beforehand, in bytes.
  public var sizeLimit: Int
  /// A secret that opens private files, sent over `https` alone and only to the host of the address
  /// that was asked for.
  public var bearerToken: String?

  /// - Precondition: at least one attempt, and no negative time.
  public init(
    connectTimeout: Double = 10, stallTimeout: Double = 30, attempts: Int = 3,
    retryDelay: Double = 1, sizeLimit: Int = 1 << 40, bearerToken: String? = nil
  ) {
    precondition(
      attempts > 0 && connectTimeout > 0 && stallTimeout > 0 && retryDelay >= 0,
      "DownloadOptions: \(attempts) attempts, times \(connectTimeout), \(stallTimeout) and "
        + "\(retryDelay)")
    self.connectTimeout = connectTimeout
    self.stallTimeout = stallTimeout
    self.attempts = attempts
    self.retryDelay = retryDelay
    self.sizeLimit = sizeLimit
    self.bearerToken = bearerToken
  }
}
