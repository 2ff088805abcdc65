#pragma once

/// The commit that this was built from, or an empty string outside a checkout.
const char *shippy_commit(void);
