/// Cuts a pre-token into the pieces of a vocabulary.
protocol PieceModel: Sendable {
  /// Adds the ids of the pieces of `text`, which is not empty and well-formed UTF-8.
  func encode(_ text: UnsafeBufferPointer<UInt8>, into ids: inout [TokenID])
}
