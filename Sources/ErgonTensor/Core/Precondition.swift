// The standard library's preconditions say nothing in release builds, and whoever multiplies
// shapes that do not fit there must be told which. Within this module these stand in their place.

/// Stops the program with a message unless a condition holds, in every build.
@inline(__always)
func precondition(
  _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String,
  file: StaticString = #fileID, line: UInt = #line
) {
  if !condition() { preconditionFailure(message(), file: file, line: line) }
}

/// Stops the program with a message, in every build.
@inline(never)
func preconditionFailure(
  _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) -> Never {
  fatalError(message(), file: file, line: line)
}
