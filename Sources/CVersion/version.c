#include "version.h"

#ifndef SHIPPY_COMMIT
#define SHIPPY_COMMIT ""
#endif

const char *shippy_commit(void) { return SHIPPY_COMMIT; }
