#!/usr/bin/env python3
"""Golden values of Tests/ErgonNumericsTests, made with NumPy 2.4.6 and SciPy 1.17.1.

    pip install numpy==2.4.6 scipy==1.17.1
    python3 Tests/Golden/numerics.py > Tests/ErgonNumericsTests/Golden.swift
    swift format -i Tests/ErgonNumericsTests/Golden.swift
"""
import numpy as np
from scipy import special, stats


def swift(value):
    if isinstance(value, (list, tuple, np.ndarray)):
        return "[" + ", ".join(swift(v) for v in value) + "]"
    return repr(float(value))


def rows(name, kind, table):
    print(f"  static let {name}: [{kind}] = [")
    for row in table:
        print("    (" + ", ".join(swift(v) for v in row) + "),")
    print("  ]")


print("// Written by Tests/Golden/numerics.py with NumPy", np.__version__, "and SciPy 1.17.1.")
print("/// Values that other programs give for the same input.")
print("enum Golden {")

rows("normalCDF", "(x: Double, p: Double)",
     [(x, stats.norm.cdf(x)) for x in (-37, -20, -8, -3, -1.96, -0.5, 0, 1e-8, 0.7, 2.5, 6)])
rows("normalQuantile", "(p: Double, x: Double)",
     [(p, special.ndtri(p)) for p in
      (1e-300, 1e-100, 1e-20, 1e-10, 1e-5, 0.001, 0.025, 0.074, 0.076, 0.3, 0.5, 0.9, 0.975,
       0.9999, 1 - 1e-12)])
rows("logGamma", "(x: Double, value: Double)",
     [(x, special.gammaln(x)) for x in
      (1e-8, 0.1, 0.5, 1, 1.5, 2, 3.7, 9.99, 10, 33.3, 171, 1e4, 1e10)])
rows("incompleteBeta", "(x: Double, a: Double, b: Double, value: Double)",
     [(x, a, b, special.betainc(a, b, x)) for x, a, b in
      ((0.5, 0.5, 0.5), (0.1, 2, 3), (0.9, 2, 3), (1e-6, 0.5, 4), (0.999, 5, 0.5),
       (0.5, 50, 60), (0.3, 500, 1200), (0.42, 5000, 7000), (0.01, 1, 1000))])
rows("studentCDF", "(t: Double, freedom: Double, p: Double)",
     [(t, nu, stats.t.cdf(t, nu)) for t, nu in
      ((-3, 1), (-12.7, 1), (0.3, 2), (2.2, 4.5), (-1, 9), (-8, 30), (1.5, 1000), (-0.001, 3),
       (-100, 2))])
rows("studentQuantile", "(p: Double, freedom: Double, t: Double)",
     [(p, nu, stats.t.ppf(p, nu)) for p, nu in
      ((0.975, 1), (0.975, 2), (0.975, 4.5), (0.995, 9), (0.9, 30), (0.025, 7), (0.6, 3),
       (0.9995, 200))])

rng = np.random.default_rng(20260101)
sample = np.round(rng.lognormal(2.3, 0.4, 17), 4)
other = np.round(0.8 * sample + rng.normal(0, 1, 17), 4)
print(f"  static let sample: [Double] = {swift(sample)}")
print(f"  static let other: [Double] = {swift(other)}")
for name, value in {
    "mean": sample.mean(), "variance": sample.var(ddof=1), "median": np.median(sample),
    "geometricMean": stats.gmean(sample), "geometricDeviation": stats.gstd(sample),
    "medianAbsoluteDeviation": stats.median_abs_deviation(sample) * 1.482602218505602,
    "covariance": np.cov(sample, other)[0, 1], "correlation": np.corrcoef(sample, other)[0, 1],
    "rankCorrelation": stats.spearmanr(sample, other).statistic,
}.items():
    print(f"  static let {name} = {swift(value)}")
rows("quantiles", "(p: Double, x: Double)",
     [(p, np.quantile(sample, p)) for p in (0, 0.025, 0.1, 0.25, 1 / 3, 0.5, 0.9, 0.975, 1)])

fit = stats.linregress(sample, other)
print(f"  static let line = (slope: {swift(fit.slope)}, intercept: {swift(fit.intercept)}, "
      f"slopeError: {swift(fit.stderr)}, interceptError: {swift(fit.intercept_stderr)}, "
      f"rSquared: {swift(fit.rvalue ** 2)})")
second = np.round(rng.normal(5, 2, 17), 4)
response = np.round(1.5 + 2 * sample - 0.7 * second + rng.normal(0, 0.3, 17), 4)
X = np.column_stack([np.ones(17), sample, second])
beta, left, _, _ = np.linalg.lstsq(X, response, rcond=None)
errors = np.sqrt(np.diag(np.linalg.inv(X.T @ X)) * left[0] / 14)
print(f"  static let second: [Double] = {swift(second)}")
print(f"  static let response: [Double] = {swift(response)}")
print(f"  static let plane = (coefficients: {swift(beta)}, errors: {swift(errors)})")

pairs = [
    ([1.1, 2.2, 0.3, -0.4, 1.9, 0.8, 2.5, -1.2], "exact"),
    ([1.0, 1.0, -1.0, 2.0, 2.0, 3.0], "ties"),
    ([0.5, 1.5, 2.5], "exact"),
]


def signed_rank(d):
    d = np.array([v for v in d if v != 0])
    ranks = stats.rankdata(abs(d))
    observed = ranks[d > 0].sum()
    signs = np.array(np.meshgrid(*[[0, 1]] * len(d))).reshape(len(d), -1).T
    sums = signs @ ranks
    lower, upper = (sums <= observed + 1e-9).mean(), (sums >= observed - 1e-9).mean()
    return observed, min(1, 2 * min(lower, upper))


table = []
for d, kind in pairs:
    statistic, p = signed_rank(d)
    if kind == "exact":  # the enumeration and SciPy must agree where SciPy is exact
        assert abs(stats.wilcoxon(d, method="exact").pvalue - p) < 1e-12
    table.append((d, statistic, p))
big = np.round(rng.normal(0.2, 1, 130), 6)
large = stats.wilcoxon(big, method="asymptotic", correction=True)
positive = stats.rankdata(abs(big))[big > 0].sum()
rows("signedRank", "(values: [Double], statistic: Double, p: Double)",
     table + [(big, positive, large.pvalue)])

a1, b1 = [1.1, 2.2, 3.3, 4.4, 0.7], [2.5, 3.5, 4.5, 5.5, 6.5, 7.5]
a2, b2 = [1, 1, 2, 3, 3], [2, 3, 4, 4, 5, 6]
a3 = np.round(rng.normal(0, 1, 40), 6)
b3 = np.round(rng.normal(0.4, 1, 50), 6)
table = []
exact = stats.mannwhitneyu(a1, b1, method="exact")
table.append((a1, b1, exact.statistic, exact.pvalue))
from itertools import combinations
ranks = stats.rankdata(a2 + b2)
sums = np.array([ranks[list(c)].sum() for c in combinations(range(11), 5)])
seen = ranks[:5].sum()
p = min(1, 2 * min((sums <= seen + 1e-9).mean(), (sums >= seen - 1e-9).mean()))
table.append((a2, b2, stats.mannwhitneyu(a2, b2).statistic, p))
big = stats.mannwhitneyu(a3, b3, method="asymptotic")
table.append((a3, b3, big.statistic, big.pvalue))
rows("mannWhitney", "(a: [Double], b: [Double], statistic: Double, p: Double)", table)

bca = stats.bootstrap((sample,), np.mean, n_resamples=400000, method="BCa", rng=1,
                      batch=20000).confidence_interval
percentile = stats.bootstrap((sample,), np.median, n_resamples=400000, method="percentile",
                             rng=1, batch=20000).confidence_interval
print("  // 400,000 resamples; ours agree within the noise of resampling.")
print(f"  static let bcaOfMean = (low: {swift(bca.low)}, high: {swift(bca.high)})")
print(f"  static let percentileOfMedian = (low: {swift(percentile.low)}, "
      f"high: {swift(percentile.high)})")
print("}")
