// The standard library's preconditions say nothing in release builds, and whoever multiplies
// shapes that do not fit there must be told which. In this module, and in those of the package that
// import it, these stand in their place.

/// Stops the program with a message unless a condition holds, in every build.
@inline(__always)
package func precondition(
  _ condition: @autoclosure () -> Bool,
  _ message: @autoclosure () -> String = "a condition does not hold",
  file: StaticString = #fileID, line: UInt = #line
) {
  if !condition() { preconditionFailure(message(), file: file, line: line) }
}

/// Stops the program with a message, in every build.
@inline(never)
package func preconditionFailure(
  _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) -> Never {
  fatalError(message(), file: file, line: line)
}
