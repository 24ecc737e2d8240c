import Dispatch
import ErgonEnergy

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Waits for Ctrl-C, TERM or HUP, which end a watch and not the program.
final class StopRequest: Sendable {
  private let asked = DispatchSemaphore(value: 0)
  private let sources: [Source]

  init(_ signals: [Int32] = [SIGINT, SIGTERM, SIGHUP]) {
    let asked = asked
    sources = signals.map { number in
      signal(number, SIG_IGN)
      return Source(number) { asked.signal() }
    }
  }

  deinit {
    for source in sources {
      source.cancel()
      signal(source.number, SIG_DFL)
    }
  }

  /// - Returns: Whether somebody asked; `false` when the time was over first.
  func wait(for limit: Seconds?) -> Bool {
    guard let limit else {
      asked.wait()
      return true
    }
    return asked.wait(timeout: .now() + limit.value) == .success
  }

  /// Dispatch sources are thread-safe; the compiler cannot know.
  private final class Source: @unchecked Sendable {
    let number: Int32
    private let source: any DispatchSourceSignal

    init(_ number: Int32, _ body: @escaping @Sendable () -> Void) {
      self.number = number
      source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler(handler: body)
      source.resume()
    }

    func cancel() { source.cancel() }
  }
}
