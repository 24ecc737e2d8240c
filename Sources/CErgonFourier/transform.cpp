// Which library does a transform: FFTW where the package was built with it, vDSP on Apple systems,
// kissfft elsewhere. Lengths that a library does slowly or not at all go through Bluestein's
// convolution of a length that it does well.
#include "transform.h"

#include <algorithm>
#include <cmath>
#include <list>
#include <mutex>

#if defined(ERGON_FFTW)
#include <fftw3.h>
#elif defined(__APPLE__)
#include <Accelerate/Accelerate.h>
#else
#include <kissfft/kissfft.hh>
#endif

namespace ergon {

namespace {

// exp(-i pi numerator / denominator), or with + when inverse, from an angle reduced exactly.
complex turn(std::size_t numerator, std::size_t denominator, bool inverse) {
  static const double pi = std::acos(-1.0);
  const double angle = pi * static_cast<double>(numerator % (2 * denominator)) /
                       static_cast<double>(denominator);
  return {std::cos(angle), inverse ? std::sin(angle) : -std::sin(angle)};
}

class Identity final : public Transform {
 public:
  void run(const complex *in, complex *out, complex *) const override { *out = *in; }
};

#if defined(ERGON_FFTW)

// Of FFTW's functions only execution may be called by several threads at once.
std::mutex planner;

class Library final : public Transform {
 public:
  Library(std::size_t n, bool inverse) {
    const std::lock_guard lock(planner);
    auto *in = fftw_alloc_complex(n), *out = fftw_alloc_complex(n);
    plan = fftw_plan_dft_1d(static_cast<int>(n), in, out, inverse ? FFTW_BACKWARD : FFTW_FORWARD,
                            FFTW_ESTIMATE | FFTW_UNALIGNED | FFTW_PRESERVE_INPUT);
    fftw_free(in);
    fftw_free(out);
  }
  ~Library() override {
    const std::lock_guard lock(planner);
    fftw_destroy_plan(plan);
  }
  void run(const complex *in, complex *out, complex *) const override {
    fftw_execute_dft(plan, reinterpret_cast<fftw_complex *>(const_cast<complex *>(in)),
                     reinterpret_cast<fftw_complex *>(out));
  }
  static bool suits(std::size_t) { return true; }

 private:
  fftw_plan plan;
};

#elif defined(__APPLE__)

class Library final : public Transform {
 public:
  Library(std::size_t n, bool inverse)
      : n(n),
        logarithm(static_cast<vDSP_Length>(__builtin_ctzl(n))),
        direction(inverse ? kFFTDirection_Inverse : kFFTDirection_Forward),
        setup(vDSP_create_fftsetupD(logarithm, kFFTRadix2)) {}
  ~Library() override { vDSP_destroy_fftsetupD(setup); }
  std::size_t scratch() const override { return 2 * n; }
  // vDSP keeps real and imaginary parts apart.
  void run(const complex *in, complex *out, complex *scratch) const override {
    auto *parts = reinterpret_cast<double *>(scratch);
    const DSPDoubleSplitComplex from = {parts, parts + n}, to = {parts + 2 * n, parts + 3 * n};
    for (std::size_t i = 0; i < n; i++) {
      from.realp[i] = in[i].real();
      from.imagp[i] = in[i].imag();
    }
    vDSP_fft_zopD(setup, &from, 1, &to, 1, logarithm, direction);
    for (std::size_t i = 0; i < n; i++) out[i] = {to.realp[i], to.imagp[i]};
  }
  static bool suits(std::size_t n) { return n >= 8 && (n & (n - 1)) == 0; }

 private:
  std::size_t n;
  vDSP_Length logarithm;
  FFTDirection direction;
  FFTSetupD setup;
};

#else

class Library final : public Transform {
 public:
  Library(std::size_t n, bool inverse) : plan(n, inverse), isShared(withoutSmallFactors(n) == 1) {}
  void run(const complex *in, complex *out, complex *) const override {
    if (isShared) return plan.transform(in, out);
    // The library's general step keeps what it works in inside the plan.
    const kissfft<double> mine = plan;
    mine.transform(in, out);
  }
  // A factor p costs p operations a number.
  static bool suits(std::size_t n) {
    for (std::size_t rest = withoutSmallFactors(n), p = 7; rest > 1; p += 2) {
      if (p > 23) return false;
      while (rest % p == 0) rest /= p;
    }
    return true;
  }

 private:
  static std::size_t withoutSmallFactors(std::size_t n) {
    for (const std::size_t p : {2, 3, 5})
      while (n % p == 0) n /= p;
    return n;
  }
  kissfft<double> plan;
  bool isShared;
};

#endif

// Bluestein's transform of any length: 2jk = j² + k² - (k - j)² makes it a convolution with a
// chirp, done by transforms whose length is a power of two.
class Bluestein final : public Transform {
 public:
  Bluestein(std::size_t n, bool inverse) : n(n), chirp(n) {
    while (m < 2 * n - 1) m *= 2;
    forward = std::make_unique<Library>(m, false);
    backward = std::make_unique<Library>(m, true);
    // j² mod 2n grows by 2j + 1.
    for (std::size_t j = 0, square = 0; j < n; square = (square + 2 * j + 1) % (2 * n), j++)
      chirp[j] = turn(square, n, inverse);
    std::vector<complex> line(m), memory(forward->scratch());
    for (std::size_t j = 0; j < n; j++)
      line[j] = line[(m - j) % m] = std::conj(chirp[j]) / static_cast<double>(m);
    response.resize(m);
    forward->run(line.data(), response.data(), memory.data());
  }
  std::size_t scratch() const override { return 2 * m + forward->scratch(); }
  void run(const complex *in, complex *out, complex *scratch) const override {
    complex *const line = scratch, *const spectrum = scratch + m, *const rest = scratch + 2 * m;
    for (std::size_t j = 0; j < n; j++) line[j] = times(in[j], chirp[j]);
    std::fill(line + n, line + m, complex(0));
    forward->run(line, spectrum, rest);
    for (std::size_t k = 0; k < m; k++) spectrum[k] = times(spectrum[k], response[k]);
    backward->run(spectrum, line, rest);
    for (std::size_t k = 0; k < n; k++) out[k] = times(line[k], chirp[k]);
  }

 private:
  std::size_t n, m = 8;
  std::vector<complex> chirp, response;
  std::unique_ptr<Library> forward, backward;
};

std::unique_ptr<const Transform> makeTransform(std::size_t n, bool inverse) {
  if (n == 1) return std::make_unique<Identity>();
  if (Library::suits(n)) return std::make_unique<Library>(n, inverse);
  return std::make_unique<Bluestein>(n, inverse);
}

std::shared_ptr<const Plan> makePlan(Kind kind, std::size_t n) {
  auto plan = std::make_shared<Plan>();
  const bool isReal = kind == Kind::fromReal || kind == Kind::toReal;
  const bool inverse = kind == Kind::inverse || kind == Kind::toReal;
  if (!isReal || n % 2 != 0) {
    plan->line = makeTransform(n, inverse);
    return plan;
  }
  const std::size_t half = n / 2;
  plan->line = makeTransform(half, inverse);
  const complex factor = inverse ? complex(0, 1) : complex(0, -0.5);
  for (std::size_t k = 0; k <= half; k++)
    plan->turns.push_back(times(factor, turn(k, half, inverse)));
  return plan;
}

struct Kept {
  Kind kind;
  std::size_t n;
  std::shared_ptr<const Plan> plan;
};

}  // namespace

std::shared_ptr<const Plan> plan(Kind kind, std::size_t n) {
  static std::mutex mutex;
  static std::list<Kept> kept;  // the latest first
  constexpr std::size_t limit = 16;
  {
    const std::lock_guard lock(mutex);
    const auto found = std::find_if(
        kept.begin(), kept.end(), [=](const Kept &k) { return k.kind == kind && k.n == n; });
    if (found != kept.end()) {
      kept.splice(kept.begin(), kept, found);
      return kept.front().plan;
    }
  }
  // Made outside the lock; two threads may make the same one, and both keep theirs.
  auto made = makePlan(kind, n);
  const std::lock_guard lock(mutex);
  kept.push_front({kind, n, made});
  if (kept.size() > limit) kept.pop_back();
  return made;
}

}  // namespace ergon
