#if OpenBLAS
  import CErgonKernels
  import COpenBLAS
  import ErgonTensor
  import Testing

  extension Oracles {
    /// Products of matrices and vectors against the BLAS, in both types, on every instruction set.
    @Suite("OpenBLAS") struct OpenBLASTests {
      /// m, n, k: around the tiles of every instruction set, narrow, and large enough for threads.
      static let sizes: [[Int]] = [
        [1, 1, 1], [2, 3, 4], [3, 1, 7], [1, 9, 5], [5, 5, 5], [7, 17, 33], [13, 31, 9],
        [15, 16, 17], [29, 65, 31], [1, 130, 67], [130, 1, 67], [4, 100, 35], [17, 7, 400],
        [5, 33, 801], [129, 131, 257],
      ]

      @Test("agree with gemm, however the operands lie", arguments: sizes)
      func products(size: [Int]) {
        Self.expectProducts(of: Float.self, size)
        Self.expectProducts(of: Double.self, size)
      }

      @Test("of matrices cut out of larger ones agree with gemm", arguments: sizes)
      func parts(size: [Int]) {
        Self.expectProducts(of: Float.self, size, margin: 3)
        Self.expectProducts(of: Double.self, size, margin: 3)
      }

      @Test("scaled and added to what is there agree with gemm", arguments: sizes)
      func scaled(size: [Int]) {
        Self.expectScaledProducts(of: Float.self, size)
        Self.expectScaledProducts(of: Double.self, size)
      }

      @Test("with a vector agree with gemv", arguments: sizes)
      func vectors(size: [Int]) {
        Self.expectVectorProducts(of: Float.self, rows: size[0], columns: size[2])
        Self.expectVectorProducts(of: Double.self, rows: size[0], columns: size[2])
      }

      @Test("of a batch agree with gemm one by one", arguments: sizes)
      func batches(size: [Int]) {
        Self.expectBatchedProducts(of: Float.self, size)
        Self.expectBatchedProducts(of: Double.self, size)
      }

      /// a.matmul(b) with either side row-major or the view of its transpose.
      static func expectProducts<S: BLASScalar>(of type: S.Type, _ size: [Int], margin: Int = 0) {
        let (m, n, k) = (size[0], size[1], size[2])
        for form in 0..<4 {
          let a = Stored<S>(m, k, transposed: form & 1 != 0, margin: margin, seed: 1)
          let b = Stored<S>(k, n, transposed: form & 2 != 0, margin: margin, seed: 2)
          let due = product(a, b)
          KernelMachine.onEach { isa, threads in
            let y = a.view.matmul(b.view)
            expectSameSums(
              y.values, due.values, magnitudes: due.magnitudes, terms: k,
              "\(S.self) \(size), form \(form), instruction set \(isa.rawValue), \(threads) threads"
            )
          }
        }
      }

      /// c = alpha a b + beta c by the kernel itself, which `Tensor` calls with 1 and 0 alone.
      static func expectScaledProducts<S: BLASScalar>(of type: S.Type, _ size: [Int]) {
        for form in 0..<4 {
          var p = ProductCase<S>(m: size[0], n: size[1], k: size[2], alpha: -1.5, beta: 0.5)
          (p.transposeA, p.transposeB, p.padding) = (form & 1 != 0, form & 2 != 0, 2)
          let inputs = p.inputs()
          let due = gemm(p, inputs)
          var sizes = p
          (sizes.alpha, sizes.beta) = (1.5, 0.5)
          let magnitudes = gemm(
            sizes,
            ProductInputs(
              a: inputs.a.map(abs), b: inputs.b.map(abs), c: inputs.c.map(abs), bias: []))
          KernelMachine.onEach { isa, threads in
            expectSameSums(
              p.run(inputs), due, magnitudes: magnitudes, terms: p.k + 1,
              "\(p), instruction set \(isa.rawValue), \(threads) threads")
          }
        }
      }

      /// A matrix times a vector, and a vector times a matrix.
      static func expectVectorProducts<S: BLASScalar>(
        of type: S.Type, rows: Int, columns: Int
      ) {
        for isTransposed in [false, true] {
          let a = Stored<S>(rows, columns, transposed: isTransposed, seed: 3)
          let (x, w) = (S.samples(columns, seed: 4), S.samples(rows, seed: 5))
          let ax = gemv(a, x, transposing: false)
          let wa = gemv(a, w, transposing: true)
          KernelMachine.onEach { isa, threads in
            let what =
              "\(S.self) [\(rows), \(columns)]\(isTransposed ? " transposed" : "")"
              + ", instruction set \(isa.rawValue), \(threads) threads"
            expectSameSums(
              a.view.matmul(Tensor(x, shape: [columns])).values, ax.values,
              magnitudes: ax.magnitudes, terms: columns, what + ", a x")
            expectSameSums(
              Tensor(w, shape: [rows]).matmul(a.view).values, wa.values,
              magnitudes: wa.magnitudes, terms: rows, what + ", w a")
          }
        }
      }

      /// Three products at once, the right side one for each or one for all.
      static func expectBatchedProducts<S: BLASScalar>(of type: S.Type, _ size: [Int]) {
        let (m, n, k) = (size[0], size[1], size[2])
        for form in 0..<8 {
          let isShared = form & 4 != 0
          let a = (0..<3).map { Stored<S>(m, k, transposed: form & 1 != 0, seed: 6 + $0) }
          let b = (0..<3).map {
            Stored<S>(k, n, transposed: form & 2 != 0, seed: isShared ? 9 : 10 + $0)
          }
          let due = zip(a, b).map { product($0, $1) }
          let left = Self.stacked(a)
          let right = isShared ? b[0].view : Self.stacked(b)
          KernelMachine.onEach { isa, threads in
            expectSameSums(
              left.matmul(right).values, due.flatMap(\.values),
              magnitudes: due.flatMap(\.magnitudes), terms: k,
              "\(S.self) 3 x \(size), form \(form), instruction set \(isa.rawValue), "
                + "\(threads) threads")
          }
        }
      }

      /// Matrices stored alike as one array [3, rows, columns].
      static func stacked<S: BLASScalar>(_ matrices: [Stored<S>]) -> Tensor<S> {
        let stored = matrices[0].storedShape
        let all = Tensor(
          matrices.flatMap(\.numbers), shape: [matrices.count, stored[0], stored[1]])
        return matrices[0].isTransposed ? all.transposed() : all
      }
    }
  }

  /// A matrix as the BLAS is told of it: row-major, perhaps as its transpose, perhaps with lines
  /// longer than it is wide.
  struct Stored<Scalar: BLASScalar> {
    let rows, columns: Int
    let isTransposed: Bool
    let margin: Int
    let numbers: [Scalar]

    init(_ rows: Int, _ columns: Int, transposed: Bool, margin: Int = 0, seed: Int) {
      (self.rows, self.columns, self.isTransposed, self.margin) = (
        rows, columns, transposed, margin
      )
      let (lines, width) = transposed ? (columns, rows) : (rows, columns)
      numbers = Scalar.samples(lines * (width + margin), seed: seed)
    }

    var width: Int { isTransposed ? rows : columns }
    var leading: Int { width + margin }
    var storedShape: Shape { [isTransposed ? columns : rows, leading] }

    /// The matrix, rows x columns, where it lies.
    var view: Tensor<Scalar> {
      let stored = Tensor(numbers, shape: storedShape)[.all, ..<width]
      return isTransposed ? stored.transposed() : stored
    }
  }

  /// The element types of the BLAS, with its products.
  protocol BLASScalar: ProductScalar, FloatScalar {
    static func samples(_ count: Int, seed: Int) -> [Self]
    static func gemm(
      _ transposeA: CBLAS_TRANSPOSE, _ transposeB: CBLAS_TRANSPOSE, _ m: Int32, _ n: Int32,
      _ k: Int32, _ alpha: Self, _ a: [Self], _ lda: Int32, _ b: [Self], _ ldb: Int32,
      _ beta: Self, _ c: inout [Self], _ ldc: Int32)
    static func gemv(
      _ transpose: CBLAS_TRANSPOSE, _ rows: Int32, _ columns: Int32, _ a: [Self], _ lda: Int32,
      _ x: [Self], _ y: inout [Self])
  }

  extension Float: BLASScalar {
    static func samples(_ count: Int, seed: Int) -> [Float] {
      Samples.float([count], seed: seed).values
    }

    static func gemm(
      _ transposeA: CBLAS_TRANSPOSE, _ transposeB: CBLAS_TRANSPOSE, _ m: Int32, _ n: Int32,
      _ k: Int32, _ alpha: Float, _ a: [Float], _ lda: Int32, _ b: [Float], _ ldb: Int32,
      _ beta: Float, _ c: inout [Float], _ ldc: Int32
    ) {
      cblas_sgemm(
        CblasRowMajor, transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, &c, ldc)
    }

    static func gemv(
      _ transpose: CBLAS_TRANSPOSE, _ rows: Int32, _ columns: Int32, _ a: [Float], _ lda: Int32,
      _ x: [Float], _ y: inout [Float]
    ) {
      cblas_sgemv(CblasRowMajor, transpose, rows, columns, 1, a, lda, x, 1, 0, &y, 1)
    }
  }

  extension Double: BLASScalar {
    static func samples(_ count: Int, seed: Int) -> [Double] {
      Samples.double([count], seed: seed).values
    }

    static func gemm(
      _ transposeA: CBLAS_TRANSPOSE, _ transposeB: CBLAS_TRANSPOSE, _ m: Int32, _ n: Int32,
      _ k: Int32, _ alpha: Double, _ a: [Double], _ lda: Int32, _ b: [Double], _ ldb: Int32,
      _ beta: Double, _ c: inout [Double], _ ldc: Int32
    ) {
      cblas_dgemm(
        CblasRowMajor, transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, &c, ldc)
    }

    static func gemv(
      _ transpose: CBLAS_TRANSPOSE, _ rows: Int32, _ columns: Int32, _ a: [Double], _ lda: Int32,
      _ x: [Double], _ y: inout [Double]
    ) {
      cblas_dgemv(CblasRowMajor, transpose, rows, columns, 1, a, lda, x, 1, 0, &y, 1)
    }
  }

  private func transpose(_ isTransposed: Bool) -> CBLAS_TRANSPOSE {
    isTransposed ? CblasTrans : CblasNoTrans
  }

  /// The product by the BLAS, and that of the magnitudes.
  private func product<S: BLASScalar>(_ a: Stored<S>, _ b: Stored<S>) -> (
    values: [S], magnitudes: [S]
  ) {
    func run(_ x: [S], _ y: [S]) -> [S] {
      var c = [S](repeating: .nan, count: a.rows * b.columns)
      S.gemm(
        transpose(a.isTransposed), transpose(b.isTransposed), Int32(a.rows), Int32(b.columns),
        Int32(a.columns), 1, x, Int32(a.leading), y, Int32(b.leading), 0, &c, Int32(b.columns))
      return c
    }
    return (run(a.numbers, b.numbers), run(a.numbers.map(abs), b.numbers.map(abs)))
  }

  /// A case of the kernel by the BLAS.
  private func gemm<S: BLASScalar>(_ p: ProductCase<S>, _ inputs: ProductInputs<S>) -> [S] {
    var c = inputs.c
    S.gemm(
      transpose(p.transposeA), transpose(p.transposeB), Int32(p.m), Int32(p.n), Int32(p.k), p.alpha,
      inputs.a, Int32(p.lda), inputs.b, Int32(p.ldb), p.beta, &c, Int32(p.ldc))
    return c
  }

  /// The matrix, or its transpose, times a vector by the BLAS, and the product of the magnitudes.
  private func gemv<S: BLASScalar>(_ a: Stored<S>, _ x: [S], transposing: Bool) -> (
    values: [S], magnitudes: [S]
  ) {
    let (lines, width) = a.isTransposed ? (a.columns, a.rows) : (a.rows, a.columns)
    func run(_ numbers: [S], _ x: [S]) -> [S] {
      var y = [S](repeating: .nan, count: transposing ? a.columns : a.rows)
      S.gemv(
        transpose(a.isTransposed != transposing), Int32(lines), Int32(width), numbers,
        Int32(a.leading), x, &y)
      return y
    }
    return (run(a.numbers, x), run(a.numbers.map(abs), x.map(abs)))
  }
#endif
