// The public products: what each instruction set can do, shared out among threads.
#include "gemm.h"

#include <string.h>

// Estimated nanoseconds a piece should take to be worth a thread that is awake.
enum { worth_a_thread_ns = 6000, worth_more_pieces_ns = 400000 };

// How a product is done.
typedef enum { by_tiles, by_rows /* few rows of c */, by_columns /* few columns of c */ } way;

// Pieces start at multiples of this many columns, so that lines of c are not shared.
enum { column_step = 32 };

#define T float
#define PRODUCT ek_product_f32
#define FUNCTIONS ek_gemm_functions_f32
#define NAME(x) x##_f32
#include "gemm_share.h"

#define T double
#define PRODUCT ek_product_f64
#define FUNCTIONS ek_gemm_functions_f64
#define NAME(x) x##_f64
#include "gemm_share.h"
