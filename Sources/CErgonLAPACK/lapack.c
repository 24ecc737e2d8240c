// The tables of ergon_lapack.h, one inclusion of the template per element type.
#include "ergon_lapack.h"

#include <complex.h>
#include <stdlib.h>

// Fortran hands the length of every character argument over at the end of the list.
typedef size_t length;

static int32_t smaller(int32_t a, int32_t b) { return a < b ? a : b; }
static int32_t larger(int32_t a, int32_t b) { return a > b ? a : b; }

// Memory LAPACK works in; at least one byte, so that null means that there is none left.
static void *workspace(size_t count, size_t size) {
  void *memory = NULL;
  size_t bytes;
  if (!__builtin_mul_overflow(count, size, &bytes)) memory = malloc(bytes ? bytes : 1);
  if (!memory) abort();
  return memory;
}

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
#define PASTE3(a, b, c) PASTE(PASTE(a, b), c)

#define T float
#define R float
#define LETTER s
#define SUFFIX f32
#include "lapack_template.h"

#define T double
#define R double
#define LETTER d
#define SUFFIX f64
#include "lapack_template.h"

#define IS_COMPLEX
#define T float _Complex
#define R float
#define LETTER c
#define SUFFIX c64
#include "lapack_template.h"

#define IS_COMPLEX
#define T double _Complex
#define R double
#define LETTER z
#define SUFFIX c128
#include "lapack_template.h"
