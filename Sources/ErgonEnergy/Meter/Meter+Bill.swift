extension Meter {
  /// Runs a body inside a window and returns its value with the bill.
  ///
  /// The window closes however the body ends. Windows opened inside, in the same task or its
  /// children, record this one as their parent. Where the scope cannot be metered (no such
  /// process), the body still runs and the bill says why it holds no figure.
  ///
  /// ```swift
  /// let (model, bill) = try await meter.bill("train", grid: grid) { try await train() }
  /// ```
  ///
  /// - Parameters:
  ///   - grid: Where the electricity comes from; without one there are no grams.
  ///   - overheads: Declared conventions to show beside the headline.
  /// - Throws: What the body throws.
  public func bill<T>(
    _ name: String, scope: WindowScope = .process, grid: Grid? = nil,
    overheads: Overheads = Overheads(), sampling: Seconds? = nil,
    onSample: (@Sendable (LivePower) -> Void)? = nil,
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> T
  ) async rethrows -> (value: T, bill: Bill) {
    let attempt = attempt(name, scope, sampling, onSample)
    let value: T
    if case .success(let window) = attempt {
      value = try await EnergyWindow.$current.withValue(
        window, operation: body, isolation: isolation)
    } else {
      value = try await body()
    }
    return (value, Bill(reading: settle(attempt, name, scope), grid: grid, overheads: overheads))
  }

  /// The synchronous twin of ``bill(_:scope:grid:overheads:sampling:onSample:isolation:_:)``.
  public func bill<T>(
    _ name: String, scope: WindowScope = .process, grid: Grid? = nil,
    overheads: Overheads = Overheads(), sampling: Seconds? = nil,
    onSample: (@Sendable (LivePower) -> Void)? = nil, _ body: () throws -> T
  ) rethrows -> (value: T, bill: Bill) {
    let attempt = attempt(name, scope, sampling, onSample)
    let value: T
    if case .success(let window) = attempt {
      value = try EnergyWindow.$current.withValue(window, operation: body)
    } else {
      value = try body()
    }
    return (value, Bill(reading: settle(attempt, name, scope), grid: grid, overheads: overheads))
  }

  private func attempt(
    _ name: String, _ scope: WindowScope, _ sampling: Seconds?,
    _ onSample: (@Sendable (LivePower) -> Void)?
  ) -> Result<EnergyWindow, EnergyError> {
    do {
      return .success(try open(name, scope: scope, sampling: sampling, onSample: onSample))
    } catch {
      return .failure(error)
    }
  }

  private func settle(
    _ attempt: Result<EnergyWindow, EnergyError>, _ name: String, _ scope: WindowScope
  ) -> Reading {
    do {
      return try attempt.get().close()
    } catch {
      return Reading(
        name: name, parent: EnergyWindow.current?.name, scope: scope, startedAt: clock.wall(),
        duration: .zero, processors: arithmetic.processors,
        notices: [.remark(error.description)])
    }
  }
}
