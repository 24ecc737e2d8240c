// The tables of ergon_fourier.h: lines are gathered a few at a time, transformed in double
// precision and put in their places.
#include <algorithm>
#include <vector>

#include "ergon_fourier.h"
#include "ergon_kernels.h"
#include "transform.h"

namespace ergon {
namespace {

// Neighbouring lines that are gathered together: strided reads then use whole cache lines.
constexpr ptrdiff_t group = 8;

// A group of lines: which outer index, and which inner ones.
struct Place {
  ptrdiff_t outer, first, lines;
};

// Calls body(place, memory) for groups of lines, shared between threads; `memory` is `size` numbers
// of the thread's own.
template <typename Body>
void forGroups(ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner, std::size_t size, const Body &body) {
  const ptrdiff_t groups = (inner + group - 1) / group;
  struct Context {
    const Body *body;
    ptrdiff_t groups, inner;
    std::size_t size;
  } context = {&body, groups, inner, size};
  // A piece is worth a thread's while from some ten thousand numbers on.
  const ptrdiff_t lines = std::min(inner, group) * n;
  const ptrdiff_t grain = std::max<ptrdiff_t>(1, 16384 / std::max<ptrdiff_t>(lines, 1));
  ek_parallel_for(
      outer * groups, grain,
      [](void *pointer, ek_int begin, ek_int end) {
        const auto &context = *static_cast<Context *>(pointer);
        std::vector<complex> memory(context.size);
        for (ek_int index = begin; index < end; index++) {
          const ptrdiff_t first = index % context.groups * group;
          const ptrdiff_t lines = std::min(group, context.inner - first);
          (*context.body)(Place{index / context.groups, first, lines}, memory.data());
        }
      },
      &context);
}

template <typename Real>
void complexToComplex(bool inverse, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner, double scale,
                      const void *from, void *to) {
  if (outer == 0 || n == 0 || inner == 0) return;
  const auto *x = static_cast<const std::complex<Real> *>(from);
  auto *y = static_cast<std::complex<Real> *>(to);
  const Kind kind = inverse ? Kind::inverse : Kind::forward;
  const auto plan = ergon::plan(kind, static_cast<std::size_t>(n));
  const Transform &transform = *plan->line;
  const std::size_t size = static_cast<std::size_t>((group + 1) * n) + transform.scratch();
  forGroups(outer, n, inner, size, [&](Place place, complex *memory) {
    complex *const result = memory + group * n, *const scratch = result + n;
    const auto [o, first, lines] = place;
    const auto *source = x + o * n * inner + first;
    auto *target = y + o * n * inner + first;
    for (ptrdiff_t j = 0; j < n; j++)
      for (ptrdiff_t l = 0; l < lines; l++) memory[l * n + j] = complex(source[j * inner + l]);
    for (ptrdiff_t l = 0; l < lines; l++) {
      transform.run(memory + l * n, result, scratch);
      for (ptrdiff_t k = 0; k < n; k++) memory[l * n + k] = result[k] * scale;
    }
    for (ptrdiff_t k = 0; k < n; k++)
      for (ptrdiff_t l = 0; l < lines; l++)
        target[k * inner + l] = std::complex<Real>(memory[l * n + k]);
  });
}

// Real lines of even length are complex ones of half the length h, even places the real parts: with
// Z their transform and w = exp(-2 pi i / n),
// X[k] = (Z[k] + Z*[h-k]) / 2 - i w^k (Z[k] - Z*[h-k]) / 2.
template <typename Real>
void realToComplex(ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner, double scale, const void *from,
                   void *to) {
  if (outer == 0 || n == 0 || inner == 0) return;
  const auto *x = static_cast<const Real *>(from);
  auto *y = static_cast<std::complex<Real> *>(to);
  const bool halves = n % 2 == 0;
  const ptrdiff_t length = halves ? n / 2 : n, bins = n / 2 + 1;
  const auto plan = ergon::plan(Kind::fromReal, static_cast<std::size_t>(n));
  const Transform &transform = *plan->line;
  const complex *const turns = plan->turns.data();
  const ptrdiff_t stride = std::max(length, bins);
  const std::size_t size = static_cast<std::size_t>(group * stride + length) + transform.scratch();
  forGroups(outer, n, inner, size, [&](Place place, complex *memory) {
    complex *const result = memory + group * stride, *const scratch = result + length;
    const auto [o, first, lines] = place;
    const auto *source = x + o * n * inner + first;
    auto *target = y + o * bins * inner + first;
    for (ptrdiff_t j = 0; j < length; j++)
      for (ptrdiff_t l = 0; l < lines; l++)
        memory[l * stride + j] =
            halves ? complex(source[2 * j * inner + l], source[(2 * j + 1) * inner + l])
                   : complex(source[j * inner + l]);
    for (ptrdiff_t l = 0; l < lines; l++) {
      complex *const line = memory + l * stride;
      transform.run(line, result, scratch);
      for (ptrdiff_t k = 0; k < bins; k++) {
        if (halves) {
          const complex a = result[k % length], b = std::conj(result[(length - k) % length]);
          line[k] = ((a + b) * 0.5 + times(turns[k], a - b)) * scale;
        } else {
          line[k] = result[k] * scale;
        }
      }
    }
    for (ptrdiff_t k = 0; k < bins; k++)
      for (ptrdiff_t l = 0; l < lines; l++)
        target[k * inner + l] = std::complex<Real>(memory[l * stride + k]);
  });
}

// The way back: Z[k] = (X[k] + X*[h-k]) + i w^-k (X[k] - X*[h-k]) has even and odd places at once.
template <typename Real>
void complexToReal(ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner, double scale, const void *from,
                   void *to) {
  if (outer == 0 || n == 0 || inner == 0) return;
  const auto *x = static_cast<const std::complex<Real> *>(from);
  auto *y = static_cast<Real *>(to);
  const bool halves = n % 2 == 0;
  const ptrdiff_t length = halves ? n / 2 : n, bins = n / 2 + 1;
  const auto plan = ergon::plan(Kind::toReal, static_cast<std::size_t>(n));
  const Transform &transform = *plan->line;
  const complex *const turns = plan->turns.data();
  const ptrdiff_t stride = std::max(length, bins);
  const std::size_t size =
      static_cast<std::size_t>(group * stride + 2 * length) + transform.scratch();
  forGroups(outer, n, inner, size, [&](Place place, complex *memory) {
    complex *const line = memory + group * stride, *const result = line + length;
    complex *const scratch = result + length;
    const auto [o, first, lines] = place;
    const auto *source = x + o * bins * inner + first;
    auto *target = y + o * n * inner + first;
    for (ptrdiff_t k = 0; k < bins; k++)
      for (ptrdiff_t l = 0; l < lines; l++)
        memory[l * stride + k] = complex(source[k * inner + l]);
    for (ptrdiff_t l = 0; l < lines; l++) {
      complex *const spectrum = memory + l * stride;
      spectrum[0] = spectrum[0].real();
      if (halves) {
        spectrum[length] = spectrum[length].real();
        for (ptrdiff_t k = 0; k < length; k++) {
          const complex a = spectrum[k], b = std::conj(spectrum[length - k]);
          line[k] = (a + b) + times(turns[k], a - b);
        }
      } else {
        line[0] = spectrum[0];
        for (ptrdiff_t k = 1; k < bins; k++) {
          line[k] = spectrum[k];
          line[n - k] = std::conj(spectrum[k]);
        }
      }
      transform.run(line, result, scratch);
      std::copy(result, result + length, spectrum);
    }
    for (ptrdiff_t j = 0; j < length; j++)
      for (ptrdiff_t l = 0; l < lines; l++) {
        const complex value = memory[l * stride + j] * scale;
        if (halves) {
          target[2 * j * inner + l] = static_cast<Real>(value.real());
          target[(2 * j + 1) * inner + l] = static_cast<Real>(value.imag());
        } else {
          target[j * inner + l] = static_cast<Real>(value.real());
        }
      }
  });
}

template <typename Real>
constexpr ef_routines routines = {complexToComplex<Real>, realToComplex<Real>, complexToReal<Real>};

}  // namespace
}  // namespace ergon

extern "C" {
const ef_routines ef_f32 = ergon::routines<float>;
const ef_routines ef_f64 = ergon::routines<double>;
}
