import ErgonTensor

extension GoldenCase {
  static var elementwise: [GoldenCase] {
    let unary: [(String, (Tensor<S>) -> Tensor<S>)] = [
      ("abs", { $0.abs() }), ("squared", { $0.squared() }), ("exp", { $0.exp() }),
      ("expm1", { $0.expm1() }), ("sin", { $0.sin() }), ("cos", { $0.cos() }),
      ("tan", { $0.tan() }), ("atan", { $0.atan() }), ("sinh", { $0.sinh() }),
      ("cosh", { $0.cosh() }), ("tanh", { $0.tanh() }), ("erf", { $0.erf() }),
      ("sigmoid", { $0.sigmoid() }), ("softplus", { $0.softplus() }),
      ("logSigmoid", { $0.logSigmoid() }), ("relu", { $0.relu() }),
      ("squaredReLU", { $0.squaredReLU() }), ("silu", { $0.silu() }), ("gelu", { $0.gelu() }),
      ("geluTanh", { $0.geluTanh() }), ("leakyReLU", { $0.leakyReLU() }), ("elu", { $0.elu() }),
      ("negated", { -$0 }), ("clipped", { $0.clipped(to: -0.5...0.75) }),
      ("sqrt", { $0.sqrt() }), ("rsqrt", { $0.rsqrt() }), ("reciprocal", { $0.reciprocal() }),
      ("log", { $0.log() }), ("log1p", { $0.log1p() }), ("powScalar", { $0.pow(2.5) }),
      ("asin", { $0.asin() }), ("acos", { $0.acos() }),
    ]
    let binary: [(String, (Tensor<S>, Tensor<S>) -> Tensor<S>)] = [
      ("add", { $0 + $1 }), ("subtract", { $0 - $1 }), ("multiply", { $0 * $1 }),
      ("divide", { $0 / $1 }), ("pow", { $0.pow($1) }),
      ("atan2", { Tensor.atan2(y: $0, x: $1) }),
      ("minimum", { pointwiseMin($0, $1) }), ("maximum", { pointwiseMax($0, $1) }),
    ]
    return unary.map { name, function in GoldenCase("unary/" + name) { function($0["x"]) } }
      + binary.map { name, function in
        GoldenCase("binary/" + name) { function($0["a"], $0["b"]) }
      } + [GoldenCase("binary/select") { Tensor.select($0.mask("mask"), $0["a"], $0["b"]) }]
  }

  static var reductions: [GoldenCase] {
    let cases: [(String, (Tensor<S>) -> Tensor<S>)] = [
      ("sum", { $0.sum(axes: [0, 2]) }), ("mean", { $0.mean(axes: [1], keepingAxes: true) }),
      ("variance", { $0.variance(axes: [0, 2]) }),
      ("deviation", { $0.standardDeviation(axes: [2], correction: 1) }),
      ("product", { $0.product(axes: [1]) }), ("max", { $0.max(axes: [1, 2]) }),
      ("min", { $0.min(axes: [0]) }), ("norm", { $0.norm(axes: [2]) }),
      ("logSumExp", { $0.logSumExp(axes: [0, 2]) }),
      ("cumulativeSum", { $0.cumulativeSum(axis: 1) }),
      ("cumulativeProduct", { $0.cumulativeProduct(axis: 2) }),
      ("cumulativeMax", { $0.cumulativeMax(axis: 2) }),
      ("cumulativeMinReversed", { $0.cumulativeMin(axis: 2, reversed: true) }),
      ("softmax", { $0.softmax() }),
      ("softmaxMiddle", { $0.softmax(axis: 1, scale: 0.5) }),
      ("logSoftmax", { $0.logSoftmax() }),
    ]
    return cases.map { name, function in GoldenCase("reduce/" + name) { function($0["x"]) } }
  }

  static var places: [GoldenCase] {
    [
      GoldenCase("place/gather") { $0["x"].gathering($0.places("index")) },
      GoldenCase("place/gatherMiddle") { $0["x"].gathering($0.places("index"), axis: 1) },
      GoldenCase("place/takeAlong") { $0["x"].takingAlong(axis: 1, $0.places("index")) },
      GoldenCase("place/scatterAdd") { $0["x"].scatterAdding($0["u"], at: $0.places("index")) },
      GoldenCase("place/concatenated") { .concatenated([$0["a"], $0["b"]], axis: 1) },
      GoldenCase("place/stacked") { .stacked([$0["a"], $0["b"]], axis: 1) },
      GoldenCase("place/sliced") {
        $0["x"].slice(axis: 0, from: 1, to: 5, by: 2)[.all, .all, 1...]
      },
      GoldenCase("place/flipped") { $0["x"].flipped(axes: [0, 2]) },
      GoldenCase("place/permuted") { $0["x"].permuted([2, 0, 1]) },
      GoldenCase("place/broadcast") { $0["x"].broadcast(to: [2, 3, 4]) },
      GoldenCase("place/sorted") { $0["x"].sorted(axis: 1, descending: true) },
      GoldenCase("place/topK") { $0["x"].topK(2).values },
      GoldenCase("place/padded") {
        $0["x"].padded([(0, 0), (0, 1), (1, 2)], with: .constant(0.5))
      },
      GoldenCase("place/reflected") { $0["x"].padded([(0, 0), (1, 0), (2, 1)], with: .reflect) },
      GoldenCase("place/edges") { $0["x"].padded([(0, 0), (0, 1), (2, 1)], with: .edge) },
      GoldenCase("place/rolled") { $0["x"].rolled(by: 3, axis: 1) },
      GoldenCase("place/tiled") { $0["x"].tiled(2, 1, 2) },
      GoldenCase("place/diagonal") { $0["x"].diagonal(offset: 1) },
      GoldenCase("place/lowerTriangle") { $0["x"].lowerTriangle(offset: -1) },
      GoldenCase("einsum/matrices") { .einsum("ij,jk->ik", $0["x0"], $0["x1"]) },
      GoldenCase("einsum/batched") { .einsum("bij,bkj->bik", $0["x0"], $0["x1"]) },
      GoldenCase("einsum/bilinear") { .einsum("bi,ij,bj->b", $0["x0"], $0["x1"], $0["x2"]) },
      GoldenCase("einsum/trace") { .einsum("ii->", $0["x0"]) },
      GoldenCase("einsum/attention") { .einsum("bqhd,bkhd->bhqk", $0["x0"], $0["x1"]) },
    ]
  }
}
