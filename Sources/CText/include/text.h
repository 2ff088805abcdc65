#pragma once
#include <stdint.h>

/// The number of columns that a terminal gives a character, from the tables of C.UTF-8; negative if it is not printable.
int shippy_column_width(uint32_t scalar);
