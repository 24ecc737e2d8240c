#include "ergon_stories.h"

// Of C23, which clang knows in every mode.
#pragma clang diagnostic ignored "-Wc23-extensions"

// As a GGUF file wants its tensors to lie.
_Alignas(64) static const unsigned char model[] = {
#embed "stories.gguf"
};

static const unsigned char record[] = {
#embed "stories.json"
};

const void *ergon_stories_model(size_t *size) {
  *size = sizeof model;
  return model;
}

const void *ergon_stories_record(size_t *size) {
  *size = sizeof record;
  return record;
}
