internal import AsyncHTTPClient
public import ErgonEnergy

/// How long and how often a provider is asked.
public struct FetchLimits: Sendable, Hashable {
  /// For the connection alone, and for the whole exchange.
  public var connectTimeout: Seconds
  public var timeout: Seconds
  /// Pause before the one retry after a failure that may pass.
  public var retryDelay: Seconds

  public init(
    connectTimeout: Seconds = Seconds(3), timeout: Seconds = Seconds(5),
    retryDelay: Seconds = Seconds(0.5)
  ) {
    self.connectTimeout = connectTimeout
    self.timeout = timeout
    self.retryDelay = retryDelay
  }
}

/// One GET of a small JSON document, with everything that can go wrong named.
struct IntensityFetcher: Sendable {
  /// No provider's answer comes near this.
  static let bodyLimit = 64 * 1024

  let provider: String
  let base: String
  let limits: FetchLimits
  let headers: [(name: String, value: String)]

  /// - Throws: ``IntensityError/invalidBaseURL(_:)`` unless the address is `https`, or `http` to
  ///   this machine: a token must not cross a network in the clear.
  init(
    provider: String, base: String, limits: FetchLimits,
    headers: [(name: String, value: String)] = []
  ) throws(IntensityError) {
    let isPlain = base.allSatisfy { $0.isASCII && !$0.isWhitespace && !"@\\?#".contains($0) }
    let hosts = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
    let isLoopback = hosts.contains { host in
      base == host || base.hasPrefix(host + ":") || base.hasPrefix(host + "/")
    }
    guard isPlain, isLoopback || (base.hasPrefix("https://") && base.count > 8) else {
      throw .invalidBaseURL(String(base.prefix(100)))
    }
    self.provider = provider
    self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
    self.limits = limits
    self.headers = headers
  }

  /// Fetches a path, trying once more after a failure that may pass.
  func get(_ path: String) async throws -> [UInt8] {
    do {
      return try await attempt(path)
    } catch let error as IntensityError {
      guard error.mayPass else { throw error }
      try await Task.sleep(nanoseconds: UInt64(max(0, limits.retryDelay.value) * 1e9))
      return try await attempt(path)
    }
  }

  private func attempt(_ path: String) async throws -> [UInt8] {
    var configuration = HTTPClient.Configuration()
    // A redirect would carry the token's header to whatever host it names.
    configuration.redirectConfiguration = .disallow
    configuration.timeout.connect = .milliseconds(Self.milliseconds(limits.connectTimeout))
    var request = HTTPClientRequest(url: base + path)
    request.headers.add(name: "accept", value: "application/json")
    for header in headers { request.headers.add(name: header.name, value: header.value) }
    let asked = request
    do {
      return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
        let response = try await client.execute(
          asked, timeout: .milliseconds(Self.milliseconds(limits.timeout)))
        try check(response)
        var body: [UInt8] = []
        for try await chunk in response.body {
          body += chunk.readableBytesView
          guard body.count <= Self.bodyLimit else {
            throw IntensityError.tooLarge(provider: provider, limit: Self.bodyLimit)
          }
        }
        return body
      }
    } catch let error as IntensityError {
      throw error
    } catch let error as CancellationError {
      throw error
    } catch {
      throw IntensityError.unreachable(
        provider: provider, reason: String(String(describing: error).prefix(200)))
    }
  }

  private func check(_ response: HTTPClientResponse) throws(IntensityError) {
    switch response.status.code {
    case 200: return
    case 401, 403: throw .unauthorised(provider: provider)
    case 400, 404: throw .unknownZone(provider: provider, zone: "")
    case 429:
      let wait = response.headers.first(name: "retry-after").flatMap { Double($0) }
      throw .rateLimited(
        provider: provider,
        retryAfter: wait.flatMap { (0...86400).contains($0) ? Seconds($0) : nil })
    default: throw .unexpectedStatus(provider: provider, code: response.status.code)
    }
  }

  private static func milliseconds(_ seconds: Seconds) -> Int64 {
    Int64(min(max(seconds.value, 0.001), 3600) * 1000)
  }
}

extension IntensityError {
  /// Whether the same question may be answered a moment later.
  fileprivate var mayPass: Bool {
    switch self {
    case .unreachable: true
    case .unexpectedStatus(_, let code): (500...599).contains(code)
    default: false
    }
  }

  /// The same error with the zone that was asked for.
  func naming(zone: String) -> IntensityError {
    if case .unknownZone(let provider, _) = self {
      return .unknownZone(provider: provider, zone: zone)
    }
    return self
  }
}
