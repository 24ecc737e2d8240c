internal import CErgonSystem
internal import Dispatch
internal import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The reading end of a plug meter: an open descriptor, the one thread that waits on it, and what
/// that thread has learnt.
final class PlugStream: Sendable {
  /// Lines in a row that make no sense before the stream is given up.
  static let patience = 10
  /// How often the thread looks whether it is still wanted, and a file whether it has grown.
  private static let pollMilliseconds: Int32 = 100

  /// What a reader of the latest state may ask.
  struct Status {
    var integrator: PlugIntegrator
    /// Why the latest line was refused; `nil` when it was good.
    var complaint: String?
    var complaints = 0
    var complaintsInRow = 0
    /// Why no more lines will come.
    var end: String?
    /// Set when the stream ended because it made no sense.
    var failure: EnergyError?
    var isCancelled = false
  }

  private let address: PlugMeterAddress
  private let clock: any MeterClock
  private let status: Mutex<Status>

  /// Opens the stream and starts its thread.
  ///
  /// - Throws: ``EnergyError/sourceUnusable(name:reason:remedy:)``.
  init(_ address: PlugMeterAddress, clock: any MeterClock) throws(EnergyError) {
    self.address = address
    self.clock = clock
    status = Mutex(Status(integrator: PlugIntegrator(maximumPower: address.maximumPower)))
    let channel = try PlugChannel(address)
    DispatchQueue(label: "ergon.plug", qos: .utility).async { self.run(channel) }
  }

  /// Ends the thread; it notices within a tenth of a second.
  func cancel() { status.withLock { $0.isCancelled = true } }

  func withStatus<Result>(_ body: (inout sending Status) -> sending Result) -> sending Result {
    status.withLock(body)
  }

  private func run(_ channel: PlugChannel) {
    var parser = PlugLineParser()
    var splitter = LineSplitter()
    var hasData = false
    do {
      if let start = channel.readHead() {
        // The head of a growing file tells its columns; its readings are history.
        try splitter.feed(start.head) { line in
          if !parser.isReady { _ = try? parser.parse(line) }
        }
        splitter = LineSplitter(startsInsideLine: start.endsInsideLine)
      }
      while !status.withLock({ $0.isCancelled }) {
        switch channel.read(waitingMilliseconds: Self.pollMilliseconds) {
        case .bytes(let bytes):
          hasData = true
          try splitter.feed(bytes) { try self.take($0, &parser) }
        case .nothing: continue
        case .restarted:
          splitter = LineSplitter()
        case .end(let reason):
          // A pipe without a writer also reads as ended; it has not begun yet.
          if channel.mayBeginLate && !hasData { continue }
          return status.withLock { $0.end = reason }
        }
      }
    } catch {
      let reason = (error as? PlugLineError)?.reason ?? "\(error)"
      status.withLock {
        $0.end = reason
        $0.failure = .malformedStream(source: address.description, reason: reason)
      }
    }
  }

  private func take(_ line: [UInt8], _ parser: inout PlugLineParser) throws(PlugLineError) {
    let now = clock.awake()
    let outcome: Result<PlugReading?, PlugLineError>
    do throws(PlugLineError) {
      outcome = .success(try parser.parse(line))
    } catch {
      outcome = .failure(error)
    }
    let isHopeless = status.withLock { status -> Bool in
      do throws(PlugLineError) {
        guard let reading = try outcome.get() else { return false }
        try status.integrator.add(reading, at: now)
        status.complaint = nil
        status.complaintsInRow = 0
      } catch {
        status.complaint = error.reason
        status.complaints += 1
        status.complaintsInRow += 1
      }
      return status.complaintsInRow >= Self.patience
    }
    if isHopeless {
      let reason = status.withLock { $0.complaint } ?? ""
      throw PlugLineError(reason: "\(Self.patience) bad lines in a row, the last: \(reason)")
    }
  }
}
