import Testing

extension Tag {
  /// Takes more than a second; left out of the quick run.
  @Tag static var slow: Self
  /// Needs the real data sets that `ERGON_DATA` points to.
  @Tag static var realData: Self
}
