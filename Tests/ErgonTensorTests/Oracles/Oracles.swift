#if OpenBLAS || OneDNN
  import ErgonTensor
  import Testing

  /// Comparisons with libraries of others, each behind a package trait of its own.
  @Suite("Oracles")
  enum Oracles {
    /// Expects two results of the same sums to agree in every element.
    ///
    /// Two orders of adding n terms may part by n rounding errors of the sum of their magnitudes,
    /// and commonly do by √n; a term lost or misplaced is a part in n. The bound is
    /// (4 + √n) · ε · the sum of magnitudes.
    static func expectSameSums<Scalar: BinaryFloatingPoint>(
      _ ours: [Scalar], _ theirs: [Scalar], magnitudes: [Scalar], terms: Int, _ what: String,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      guard ours.count == theirs.count, ours.count == magnitudes.count else {
        Issue.record(
          "\(what): \(ours.count) elements, not \(theirs.count)", sourceLocation: sourceLocation)
        return
      }
      let share = Scalar.ulpOfOne * (4 + Scalar(terms).squareRoot())
      // Written so that a NaN is a fault.
      let fault = ours.indices.first {
        !(abs(ours[$0] - theirs[$0]) <= share * magnitudes[$0])
      }
      guard let fault else { return }
      Issue.record(
        """
        \(what): element \(fault) is \(ours[fault]), the oracle's \(theirs[fault]), the sum of \
        magnitudes \(magnitudes[fault])
        """, sourceLocation: sourceLocation)
    }
  }
#endif
