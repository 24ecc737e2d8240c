/// Where a wattmeter at the plug writes its readings, and what is known of the instrument.
///
/// A plug meter sees the whole machine, power supply included, so it is the truth against which
/// every other source can be calibrated. It is named by text:
///
/// | text | the readings come from |
/// |---|---|
/// | `file:PATH` or a bare path | a file that some program appends to, read from its end |
/// | `fifo:PATH` | a named pipe |
/// | `tcp:HOST:PORT` | a server that sends lines to whoever connects |
///
/// ```swift
/// var plug = try PlugMeterAddress("tcp:192.168.1.20:9000")
/// plug.error = .relative(0.01)                       // what the instrument's data sheet says
/// ```
public struct PlugMeterAddress: Sendable, Hashable, CustomStringConvertible {
  /// The kind of stream.
  public enum Endpoint: Sendable, Hashable {
    /// A file that grows; a path that turns out to be a pipe or a serial line is read as such.
    case file(path: String)
    case fifo(path: String)
    case tcp(host: String, port: UInt16)
  }

  public var endpoint: Endpoint
  /// The instrument's name, shown in the provenance of every figure.
  public var name: String
  /// How far the truth may lie from its reading; ±2 % is what most household meters promise.
  public var error: ErrorBar
  /// The most the machine behind the plug can draw; a European 16 A socket gives 3680 W.
  public var maximumPower: Watts
  /// How often the instrument reports; a reading is never finer than what is drawn in this time.
  public var period: Seconds
  /// The age at which a reading is too old to stand for now.
  public var staleAfter: Seconds

  public init(
    _ endpoint: Endpoint, name: String? = nil, error: ErrorBar = .relative(0.02),
    maximumPower: Watts = Watts(3680), period: Seconds = Seconds(1),
    staleAfter: Seconds = Seconds(10)
  ) {
    self.endpoint = endpoint
    self.name = name ?? "plug meter"
    self.error = error
    self.maximumPower = maximumPower
    self.period = period
    self.staleAfter = staleAfter
  }

  /// Reads `file:PATH`, `fifo:PATH`, `tcp:HOST:PORT`, `tcp:[IPV6]:PORT` or a bare path.
  ///
  /// - Throws: ``EnergyError/invalidParameter(name:value:expected:)``.
  public init(_ text: String) throws(EnergyError) {
    guard let endpoint = Self.endpoint(text) else {
      throw .invalidParameter(
        name: "plug meter", value: String(text.prefix(200)),
        expected: "file:PATH, fifo:PATH or tcp:HOST:PORT with a port from 1 to 65535")
    }
    self.init(endpoint)
  }

  private static func endpoint(_ text: String) -> Endpoint? {
    guard !text.utf8.contains(0) else { return nil }
    if let path = text.after(prefix: "file:") { return path.isEmpty ? nil : .file(path: path) }
    if let path = text.after(prefix: "fifo:") { return path.isEmpty ? nil : .fifo(path: path) }
    if let place = text.after(prefix: "tcp:") {
      guard let colon = place.lastIndex(of: ":"),
        let port = UInt16(place[place.index(after: colon)...]), port > 0
      else { return nil }
      var host = place[..<colon]
      if host.hasPrefix("["), host.hasSuffix("]") {
        host = host.dropFirst().dropLast()
      } else if host.contains(":") {
        return nil
      }
      return host.isEmpty ? nil : .tcp(host: String(host), port: port)
    }
    return text.isEmpty ? nil : .file(path: text)
  }

  /// The address as it would be typed.
  public var description: String {
    switch endpoint {
    case .file(let path): "file:\(path)"
    case .fifo(let path): "fifo:\(path)"
    case .tcp(let host, let port):
      host.contains(":") ? "tcp:[\(host)]:\(port)" : "tcp:\(host):\(port)"
    }
  }
}

extension String {
  fileprivate func after(prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
