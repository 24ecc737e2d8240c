import Testing

/// Waits for something another process does, ten seconds at most.
func waitUntil(_ condition: () throws -> Bool) async throws {
  for _ in 0..<1000 {
    if try condition() { return }
    try await Task.sleep(for: .milliseconds(10))
  }
  Issue.record("waited ten seconds in vain")
}
