#pragma once
#include <stdint.h>

/// How many columns a terminal gives a character, in the tables of C.UTF-8; less than 0 for one that is not printable.
int shippy_column_width(uint32_t scalar);
