// Ends what gemm_tile.h began, so that it may be included for another element type.
#undef LANES
#undef TILE_COLUMNS
#undef LINE_VECTORS
#undef TOGETHER
#undef VECTOR
#undef INSIDE
#undef UNROLLED
#undef TILE_FUNCTION
#undef TILE_FUNCTIONS
#undef TILE_ENTRY
#undef TILE_ENTRIES
#undef NAME
#undef T
#undef FUNCTIONS
#undef PRODUCT
#undef ZIP_LOW
#undef ZIP_HIGH
