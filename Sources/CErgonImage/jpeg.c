#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// jpeglib.h needs FILE and size_t before it.
#include <jpeglib.h>
#include <jerror.h>

#include "ergon_image.h"

// A progressive file of thousands of empty scans would take minutes; real ones have some ten.
enum { most_scans = 500 };

// Everything a call owns, in memory of its own: what is changed after setjmp must not be in a
// register that longjmp restores. The libraries' structures come first, so that their addresses
// are ours.
typedef struct {
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf mark;
  ergon_image *image;
  ergon_image_status status;
  size_t limit;
  uint8_t *row;  // one row of four inks
  struct jpeg_decompress_struct reader;
  struct jpeg_compress_struct writer;
  unsigned char *output;
  unsigned long length;
  int quality;
} jpeg_call;

static _Noreturn void leave(jpeg_call *call, ergon_image_status status, const char *message) {
  call->status = status;
  snprintf(call->image->message, sizeof call->image->message, "%s", message);
  longjmp(call->mark, 1);
}

static _Noreturn void fail(j_common_ptr info) {
  char message[JMSG_LENGTH_MAX];
  info->err->format_message(info, message);
  leave((jpeg_call *)info->err, ERGON_IMAGE_MALFORMED, message);
}

// What the library would mend with made-up pixels is refused; its other remarks change no pixel.
static void remark(j_common_ptr info, int level) {
  if (level >= 0) return;
  switch (info->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC: fail(info);
    default: info->err->num_warnings++;
  }
}

static void silent(j_common_ptr info) { (void)info; }

static void count_scans(j_common_ptr info) {
  if (info->is_decompressor && ((j_decompress_ptr)info)->input_scan_number > most_scans)
    leave((jpeg_call *)info->err, ERGON_IMAGE_TOO_LARGE, "more scans than any camera writes");
}

static void start(jpeg_call *call, ergon_image *image) {
  memset(call, 0, sizeof *call);
  call->image = image;
  call->status = ERGON_IMAGE_MALFORMED;
  jpeg_std_error(&call->errors);
  call->errors.error_exit = fail;
  call->errors.emit_message = remark;
  call->errors.output_message = silent;
  call->progress.progress_monitor = count_scans;
}

// Printers' inks as Adobe writes them: 255 is no ink.
static void mix_inks(const uint8_t *inks, uint8_t *pixels, size_t width, int is_adobe) {
  for (size_t column = 0; column < width; column++) {
    unsigned black = is_adobe ? inks[4 * column + 3] : 255u - inks[4 * column + 3];
    for (size_t channel = 0; channel < 3; channel++) {
      unsigned ink = inks[4 * column + channel];
      pixels[3 * column + channel] = (uint8_t)(((is_adobe ? ink : 255u - ink) * black + 127) / 255);
    }
  }
}

static void decode(jpeg_call *call, const uint8_t *bytes, size_t count) {
  j_decompress_ptr reader = &call->reader;
  ergon_image *image = call->image;
  if (setjmp(call->mark)) return;
  reader->err = &call->errors;
  jpeg_create_decompress(reader);
  reader->progress = &call->progress;
  jpeg_mem_src(reader, (unsigned char *)bytes, count);
  jpeg_read_header(reader, TRUE);
  int has_inks = reader->jpeg_color_space == JCS_CMYK || reader->jpeg_color_space == JCS_YCCK;
  reader->out_color_space = reader->jpeg_color_space == JCS_GRAYSCALE ? JCS_GRAYSCALE
                            : has_inks                                ? JCS_CMYK
                                                                      : JCS_RGB;
  reader->dct_method = JDCT_ISLOW;  // the same pixels with every instruction set
  image->width = reader->image_width;
  image->height = reader->image_height;
  image->channels = reader->out_color_space == JCS_GRAYSCALE ? 1 : 3;
  size_t stride = (size_t)image->width * image->channels;
  if (stride > call->limit / image->height)
    leave(call, ERGON_IMAGE_TOO_LARGE, "more pixels than the limit allows");
  // A progressive file's coefficients take two bytes each.
  reader->mem->max_memory_to_use = (long)(call->limit < (1u << 28) ? call->limit * 4 : 1u << 30);
  image->pixels = malloc(stride * image->height);
  if (has_inks) call->row = malloc((size_t)image->width * 4);
  if (image->pixels == NULL || (has_inks && call->row == NULL))
    leave(call, ERGON_IMAGE_NO_MEMORY, "no memory for the image");
  jpeg_start_decompress(reader);
  while (reader->output_scanline < reader->output_height) {
    uint8_t *target = image->pixels + reader->output_scanline * stride;
    JSAMPROW row = has_inks ? call->row : target;
    jpeg_read_scanlines(reader, &row, 1);
    if (has_inks) mix_inks(call->row, target, image->width, reader->saw_Adobe_marker);
  }
  jpeg_finish_decompress(reader);
  call->status = ERGON_IMAGE_OK;
}

ergon_image_status ergon_jpeg_decode(
    const uint8_t *bytes, size_t count, size_t limit, ergon_image *image) {
  memset(image, 0, sizeof *image);
  // The structures are large, and a thread's stack may be small.
  jpeg_call *call = malloc(sizeof *call);
  if (call == NULL) {
    snprintf(image->message, sizeof image->message, "no memory for the decoder");
    return ERGON_IMAGE_NO_MEMORY;
  }
  start(call, image);
  call->limit = limit;
  decode(call, bytes, count);
  ergon_image_status status = call->status;
  jpeg_destroy_decompress(&call->reader);
  free(call->row);
  free(call);
  if (status != ERGON_IMAGE_OK) {
    free(image->pixels);
    image->pixels = NULL;
  }
  return status;
}

static void encode(jpeg_call *call) {
  j_compress_ptr writer = &call->writer;
  ergon_image *image = call->image;
  if (setjmp(call->mark)) return;
  writer->err = &call->errors;
  jpeg_create_compress(writer);
  jpeg_mem_dest(writer, &call->output, &call->length);
  writer->image_width = image->width;
  writer->image_height = image->height;
  writer->input_components = (int)image->channels;
  writer->in_color_space = image->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(writer);
  jpeg_set_quality(writer, call->quality, TRUE);
  jpeg_start_compress(writer, TRUE);
  while (writer->next_scanline < writer->image_height) {
    JSAMPROW row =
        image->pixels + (size_t)writer->next_scanline * image->width * image->channels;
    jpeg_write_scanlines(writer, &row, 1);
  }
  jpeg_finish_compress(writer);
  call->status = ERGON_IMAGE_OK;
}

ergon_image_status ergon_jpeg_encode(
    ergon_image *image, int quality, uint8_t **bytes, size_t *count) {
  *bytes = NULL;
  *count = 0;
  jpeg_call *call = malloc(sizeof *call);
  if (call == NULL) {
    snprintf(image->message, sizeof image->message, "no memory for the encoder");
    return ERGON_IMAGE_NO_MEMORY;
  }
  start(call, image);
  call->quality = quality;
  encode(call);
  ergon_image_status status = call->status;
  jpeg_destroy_compress(&call->writer);
  if (status == ERGON_IMAGE_OK) {
    *bytes = call->output;
    *count = call->length;
  } else {
    free(call->output);
  }
  free(call);
  return status;
}
