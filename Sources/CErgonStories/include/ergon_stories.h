// The story model that comes with the package: a GGUF file and the record of its making, as bytes
// of the program. Nothing is read or copied before it is used.
#ifndef ERGON_STORIES_H
#define ERGON_STORIES_H

#include <stddef.h>

const void *ergon_stories_model(size_t *size);
const void *ergon_stories_record(size_t *size);

#endif
