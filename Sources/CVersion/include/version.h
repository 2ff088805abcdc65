#pragma once

/// The commit that this build was made from; an empty string if it is unknown.
const char *shippy_commit(void);
