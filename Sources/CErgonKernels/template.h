// Names for code that is included once per element type: define T (the type) and S (its suffix)
// first; EK_S(ek_copy) is then ek_copy_f32 and so on.
#ifndef EK_TEMPLATE_H
#define EK_TEMPLATE_H

#include <string.h>

#include "internal.h"

#define EK_PASTE_(a, b) a##_##b
#define EK_PASTE(a, b) EK_PASTE_(a, b)
#define EK_S(name) EK_PASTE(name, S)

#endif
