#include "CErgonSystem.h"
