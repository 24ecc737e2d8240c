public import ErgonEnergy

extension Run {
  /// Ends the run with its bill; an exit code other than 0 makes it failed.
  ///
  /// The start becomes the one the meter saw.
  public mutating func complete(with bill: Bill, exitCode: Int32? = nil) {
    self.bill = bill
    self.exitCode = exitCode
    startedAt = bill.reading.startedAt
    state = (exitCode ?? 0) == 0 ? .complete : .failed
  }

  /// Ends a run that somebody, or an energy budget, stopped; its bill counts what was done.
  public mutating func interrupt(with bill: Bill?, exitCode: Int32? = nil) {
    if let bill { complete(with: bill, exitCode: exitCode) }
    state = .interrupted
  }
}
