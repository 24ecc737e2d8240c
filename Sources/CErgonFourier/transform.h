// One complex transform of fixed length and direction.
#ifndef ERGON_FOURIER_TRANSFORM_H
#define ERGON_FOURIER_TRANSFORM_H

#include <complex>
#include <cstddef>
#include <memory>
#include <vector>

namespace ergon {

using complex = std::complex<double>;

// The product without the search for infinities that the language asks of `*`.
inline complex times(complex a, complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

class Transform {
 public:
  virtual ~Transform() = default;
  // Numbers `run` needs to work in, beside its input and output.
  virtual std::size_t scratch() const { return 0; }
  // Transforms n numbers; may be called by several threads at once.
  virtual void run(const complex *in, complex *out, complex *scratch) const = 0;
};

enum class Kind { forward, inverse, fromReal, toReal };

// What a transform of n numbers needs.
struct Plan {
  // Of n numbers; of n / 2 for real ones where n is even.
  std::unique_ptr<const Transform> line;
  // For real numbers of even length, the factors that take the halves apart or put them together.
  std::vector<complex> turns;
};

// A plan from a small store of those used lately.
std::shared_ptr<const Plan> plan(Kind kind, std::size_t n);

}  // namespace ergon

#endif
