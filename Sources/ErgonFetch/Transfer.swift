import AsyncHTTPClient
import ErgonData
import ErgonWorkload

/// One address asked for one file until it is complete or hopeless.
final class Transfer {
  private let client: HTTPClient
  private let options: DownloadOptions
  private let file: PartialFile
  private let size: Int?
  private let digest: FileDigest?
  private let progress: Progress
  /// Bytes from the network, those of failed attempts included.
  private(set) var received = 0

  init(
    client: HTTPClient, options: DownloadOptions, file: PartialFile, size: Int?,
    digest: FileDigest?, progress: Progress
  ) {
    self.client = client
    self.options = options
    self.file = file
    self.size = size
    self.digest = digest
    self.progress = progress
  }

  /// - Throws: ``FetchError``, `WorkloadStopped` or `CancellationError`.
  func run(from url: String) async throws {
    let address = try WebAddress(url)
    if options.bearerToken != nil, !address.isPrivate { throw FetchError.invalidURL(url) }
    var failures = 0
    while true {
      let wasResumed = file.size > 0
      do {
        try await attempt(address)
        try check(url)
        return
      } catch let error as FetchError {
        if case .wrongDigest = error {
          // The beginning may be of another version or another mirror; the whole is tried once.
          try file.restart(as: nil)
          if wasResumed { continue }
        }
        failures += 1
        guard error.mayPass, failures < options.attempts else { throw error }
        var pause = options.retryDelay * Double(1 << min(failures - 1, 16))
        if case .rateLimited(_, let seconds?) = error {
          guard seconds <= Self.longestWait else { throw error }
          pause = max(pause, Double(seconds))
        }
        try await wait(min(pause, 3600))
      }
    }
  }

  /// Waits in short pieces, so that whoever watches can stop it.
  private func wait(_ seconds: Double) async throws {
    var rest = seconds
    while rest > 0 {
      try progress.report(file.size, received: received, total: nil)
      try await Task.sleep(nanoseconds: UInt64(min(rest, 0.5) * 1e9))
      rest -= 0.5
    }
  }

  /// Seconds that a server may make a download wait; longer ones are for the user to decide about.
  private static let longestWait = 120

  /// Whether what has arrived is the file that was published.
  private func check(_ url: String) throws(FetchError) {
    if let size, file.size != size {
      let received = file.size
      if received > size { try file.restart(as: nil) }
      throw received < size
        ? .truncated(url: url, received: received, expected: size)
        : .wrongSize(url: url, received: received, expected: size)
    }
    if let digest { try file.check(digest, from: url) }
  }

  /// Asks once, for what is not yet there.
  private func attempt(_ address: WebAddress) async throws {
    if let size, file.size >= size, digest != nil {
      // Complete already: a stop between the last byte and the check.
      if file.size == size { return }
      try file.restart(as: nil)
    }
    var version = file.version
    // Bytes of an unknown version can only be gone on with where a digest judges the whole.
    if file.size > 0, version?.url != address.text {
      version = nil
      if digest == nil { try file.restart(as: nil) }
    }
    let response = try await open(address, from: file.size, version)
    let validator = Self.validator(response)
    switch response.status.code {
    case 200:
      // Either nothing was there, or the server has another version, or it knows no ranges.
      try file.restart(
        as: validator.map { PartialFile.Version(url: address.text, validator: $0) })
    case 206:
      guard Self.range(response)?.start == file.size,
        version == nil || validator == nil || version?.validator == validator
      else {
        try file.restart(as: nil)
        throw FetchError.unreachable(
          url: address.text, reason: "the server went on with another part or version")
      }
    case 416:
      // Nothing lies behind what is there: it is complete, or it was never part of this file.
      if let total = Self.range(response)?.total, total == file.size { return }
      try file.restart(as: nil)
      throw FetchError.unreachable(url: address.text, reason: "the server has a shorter file")
    default: throw Self.error(address.text, response)
    }
    try await receive(response, from: address)
  }

  private func receive(_ response: HTTPClientResponse, from address: WebAddress) async throws {
    let stated = response.headers.first(name: "content-length").flatMap { Int($0) }
    let total = stated.flatMap { length in
      let (sum, overflow) = file.size.addingReportingOverflow(length)
      return length >= 0 && !overflow ? sum : nil
    }
    let limit = size ?? options.sizeLimit
    if let total, total > limit { throw tooLarge(address, limit) }
    do {
      for try await chunk in response.body {
        guard file.size + chunk.readableBytes <= limit else { throw tooLarge(address, limit) }
        received += chunk.readableBytes
        try chunk.withUnsafeReadableBytes { bytes in try file.append(bytes) }
        try progress.report(file.size, received: received, total: total)
      }
    } catch let error as FetchError {
      throw error
    } catch let error as WorkloadStopped {
      throw error
    } catch let error as CancellationError {
      throw error
    } catch {
      throw FetchError.unreachable(url: address.text, reason: Self.reason(error))
    }
    if let total, file.size < total {
      throw FetchError.truncated(url: address.text, received: file.size, expected: total)
    }
  }

  private func tooLarge(_ address: WebAddress, _ limit: Int) -> FetchError {
    size.map { .wrongSize(url: address.text, received: max(file.size, $0 + 1), expected: $0) }
      ?? .tooLarge(url: address.text, limit: limit)
  }

  /// Sends the request, following where the server sends on to.
  private func open(
    _ first: WebAddress, from start: Int, _ version: PartialFile.Version?
  ) async throws -> HTTPClientResponse {
    var address = first
    for _ in 0..<8 {
      var request = HTTPClientRequest(url: address.text)
      // An encoding on the way would make other bytes, and ranges of them.
      request.headers.add(name: "accept-encoding", value: "identity")
      request.headers.add(name: "user-agent", value: "ergon")
      if let token = options.bearerToken, address.hasOrigin(of: first) {
        request.headers.add(name: "authorization", value: "Bearer \(token)")
      }
      if start > 0 {
        request.headers.add(name: "range", value: "bytes=\(start)-")
        if let version { request.headers.add(name: "if-range", value: version.validator) }
      }
      let response: HTTPClientResponse
      do {
        response = try await client.execute(request, deadline: .distantFuture)
      } catch let error as CancellationError {
        throw error
      } catch {
        throw FetchError.unreachable(
          url: address == first ? first.text : address.withoutQuery, reason: Self.reason(error))
      }
      guard (300...399).contains(response.status.code), response.status.code != 304,
        let location = response.headers.first(name: "location")
      else { return response }
      address = try address.following(location)
    }
    throw FetchError.badRedirect(url: first.text, reason: "from one place to the next without end")
  }

  /// What names a version exactly: a weak tag does not.
  private static func validator(_ response: HTTPClientResponse) -> String? {
    if let tag = response.headers.first(name: "etag"), !tag.hasPrefix("W/") { return tag }
    return response.headers.first(name: "last-modified")
  }

  /// `bytes 100-199/200` or `bytes */200`.
  private static func range(_ response: HTTPClientResponse) -> (start: Int?, total: Int?)? {
    guard let text = response.headers.first(name: "content-range"), text.hasPrefix("bytes ") else {
      return nil
    }
    let parts = text.dropFirst(6).split(separator: "/")
    guard parts.count == 2 else { return nil }
    return (parts[0].split(separator: "-").first.flatMap { Int($0) }, Int(parts[1]))
  }

  private static func error(_ url: String, _ response: HTTPClientResponse) -> FetchError {
    let code = response.status.code
    return switch code {
    case 401, 403: .unauthorised(url: url)
    case 404, 410: .notFound(url: url)
    case 429:
      .rateLimited(
        url: url,
        seconds: response.headers.first(name: "retry-after").flatMap { Int($0) }
          .flatMap { $0 >= 0 ? $0 : nil })
    default: .unexpectedStatus(url: url, code: code)
    }
  }

  private static func reason(_ error: any Error) -> String {
    String(String(describing: error).prefix(200))
  }
}
