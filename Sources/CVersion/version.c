#include "version.h"

const char *shippy_commit(void) { return SHIPPY_COMMIT; }
