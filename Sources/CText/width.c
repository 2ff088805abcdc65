// wcwidth is an X/Open function. Without this macro, glibc's headers do not declare it.
#define _XOPEN_SOURCE 700
#include "text.h"

#include <locale.h>
#include <wchar.h>

static locale_t utf8;

__attribute__((constructor)) static void open_locale(void) { utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0); }

int shippy_column_width(uint32_t scalar) {
    locale_t before = utf8 ? uselocale(utf8) : (locale_t)0;
    int width = wcwidth((wchar_t)scalar);
    if (before) uselocale(before);
    return width;
}
