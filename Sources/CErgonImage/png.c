#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ergon_image.h"

// Everything a call owns, in memory of its own: what is changed after setjmp must not be in a
// register that longjmp restores.
typedef struct {
  ergon_image *image;
  ergon_image_status status;
  png_structp png;
  png_infop info;
  png_bytepp rows;
  // Reading
  const uint8_t *bytes;
  size_t count, position, limit;
  // Writing
  uint8_t *output;
  size_t used, room;
} png_call;

static _Noreturn void fail(png_structp png, png_const_charp message) {
  png_call *call = png_get_error_ptr(png);
  snprintf(call->image->message, sizeof call->image->message, "%s", message);
  png_longjmp(png, 1);
}

// Remarks about chunks that change no pixel.
static void ignore(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void read_bytes(png_structp png, png_bytep target, size_t length) {
  png_call *call = png_get_io_ptr(png);
  if (length > call->count - call->position) png_error(png, "the file ends too early");
  memcpy(target, call->bytes + call->position, length);
  call->position += length;
}

static void write_bytes(png_structp png, png_bytep source, size_t length) {
  png_call *call = png_get_io_ptr(png);
  if (length > call->room - call->used) {
    size_t room = (call->used + length) * 2;
    uint8_t *output = realloc(call->output, room);
    if (output == NULL) png_error(png, "no memory for the encoded image");
    call->output = output;
    call->room = room;
  }
  memcpy(call->output + call->used, source, length);
  call->used += length;
}

static void flush(png_structp png) { (void)png; }

// One pointer a row, as libpng wants them.
static void point_rows(png_call *call, size_t stride) {
  call->rows = malloc(call->image->height * sizeof *call->rows);
  if (call->rows == NULL) {
    call->status = ERGON_IMAGE_NO_MEMORY;
    png_error(call->png, "no memory for the image");
  }
  for (size_t row = 0; row < call->image->height; row++)
    call->rows[row] = call->image->pixels + row * stride;
}

static void decode(png_call *call) {
  png_structp png = call->png;
  png_infop info = call->info;
  ergon_image *image = call->image;
  if (setjmp(png_jmpbuf(png))) return;

  png_set_read_fn(png, call, read_bytes);
  png_read_info(png, info);
  image->width = png_get_image_width(png, info);
  image->height = png_get_image_height(png, info);
  int colour = png_get_color_type(png, info);
  int has_opacity = (colour & PNG_COLOR_MASK_ALPHA) || png_get_valid(png, info, PNG_INFO_tRNS);
  if (has_opacity && !(colour & PNG_COLOR_MASK_COLOR)) png_set_gray_to_rgb(png);
  png_set_scale_16(png);
  png_set_expand(png);  // palettes to colours, transparent colours to opacity, 1, 2 and 4 bits to 8
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  image->channels = png_get_channels(png, info);

  size_t stride = (size_t)image->width * image->channels;
  if (stride > call->limit / image->height) {
    call->status = ERGON_IMAGE_TOO_LARGE;
    png_error(png, "more pixels than the limit allows");
  }
  if (png_get_rowbytes(png, info) != stride) {
    call->status = ERGON_IMAGE_UNSUPPORTED;
    png_error(png, "a pixel format without a form in bytes");
  }
  image->pixels = malloc(stride * image->height);
  if (image->pixels == NULL) {
    call->status = ERGON_IMAGE_NO_MEMORY;
    png_error(png, "no memory for the image");
  }
  point_rows(call, stride);
  png_read_image(png, call->rows);
  png_read_end(png, NULL);
  call->status = ERGON_IMAGE_OK;
}

ergon_image_status ergon_png_decode(
    const uint8_t *bytes, size_t count, size_t limit, ergon_image *image) {
  memset(image, 0, sizeof *image);
  if (count < 8 || png_sig_cmp(bytes, 0, 8) != 0) {
    snprintf(image->message, sizeof image->message, "it does not begin like a PNG");
    return ERGON_IMAGE_MALFORMED;
  }
  png_call call = {
      .image = image, .status = ERGON_IMAGE_MALFORMED, .bytes = bytes, .count = count,
      .limit = limit};
  call.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &call, fail, ignore);
  if (call.png != NULL) call.info = png_create_info_struct(call.png);
  if (call.info != NULL) {
    // No chunk beside the pixels may ask for more.
    png_set_chunk_malloc_max(call.png, 1 << 23);
    decode(&call);
  } else {
    call.status = ERGON_IMAGE_NO_MEMORY;
    snprintf(image->message, sizeof image->message, "libpng could not start");
  }
  png_destroy_read_struct(&call.png, &call.info, NULL);
  free(call.rows);
  if (call.status != ERGON_IMAGE_OK) {
    free(image->pixels);
    image->pixels = NULL;
  }
  return call.status;
}

static void encode(png_call *call) {
  static const int colours[] = {0, PNG_COLOR_TYPE_GRAY, 0, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGBA};
  ergon_image *image = call->image;
  if (setjmp(png_jmpbuf(call->png))) return;
  png_set_write_fn(call->png, call, write_bytes, flush);
  png_set_IHDR(
      call->png, call->info, image->width, image->height, 8, colours[image->channels],
      PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(call->png, call->info);
  point_rows(call, (size_t)image->width * image->channels);
  png_write_image(call->png, call->rows);
  png_write_end(call->png, NULL);
  call->status = ERGON_IMAGE_OK;
}

ergon_image_status ergon_png_encode(ergon_image *image, uint8_t **bytes, size_t *count) {
  *bytes = NULL;
  *count = 0;
  png_call call = {.image = image, .status = ERGON_IMAGE_MALFORMED};
  call.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &call, fail, ignore);
  if (call.png != NULL) call.info = png_create_info_struct(call.png);
  if (call.info != NULL) {
    encode(&call);
  } else {
    call.status = ERGON_IMAGE_NO_MEMORY;
    snprintf(image->message, sizeof image->message, "libpng could not start");
  }
  png_destroy_write_struct(&call.png, &call.info);
  free(call.rows);
  if (call.status != ERGON_IMAGE_OK) {
    free(call.output);
    return call.status;
  }
  *bytes = call.output;
  *count = call.used;
  return ERGON_IMAGE_OK;
}
