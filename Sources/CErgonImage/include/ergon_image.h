// PNG and JPEG in memory, through libpng and libjpeg.
//
// Both libraries leave by longjmp when something is wrong, which must not cross Swift frames; here
// it ends inside the function that set the mark. Nothing is kept between calls, and any thread may
// call.
#pragma once

#include <stddef.h>
#include <stdint.h>

// What became of a call. A message is there for everything but ERGON_IMAGE_OK.
typedef enum {
  ERGON_IMAGE_OK = 0,
  ERGON_IMAGE_MALFORMED = 1,
  ERGON_IMAGE_TOO_LARGE = 2,
  ERGON_IMAGE_UNSUPPORTED = 3,
  ERGON_IMAGE_NO_MEMORY = 4,
} ergon_image_status;

// Pixels in the order [row, column, channel], eight bits each; 1 channel is grey, 3 are red, green
// and blue, 4 have opacity behind them.
typedef struct {
  uint32_t width, height, channels;
  uint8_t *pixels;  // from malloc; the caller frees
  char message[160];
} ergon_image;

// Decode an image whose pixels take at most `limit` bytes. Palettes and bit depths below eight are
// expanded, sixteen bits rounded to eight; grey with opacity becomes four channels.
ergon_image_status ergon_png_decode(
    const uint8_t *bytes, size_t count, size_t limit, ergon_image *image);

// Baseline and progressive; grey stays grey and everything else becomes three channels.
ergon_image_status ergon_jpeg_decode(
    const uint8_t *bytes, size_t count, size_t limit, ergon_image *image);

// Encode an image. `*bytes` is from malloc and the caller's to free; on failure it is null and
// the image's message says why.
ergon_image_status ergon_png_encode(ergon_image *image, uint8_t **bytes, size_t *count);

// For 1 or 3 channels; quality from 1 to 100.
ergon_image_status ergon_jpeg_encode(
    ergon_image *image, int quality, uint8_t **bytes, size_t *count);
