#pragma once
#define NCURSES_WIDECHAR 1
#include <ncurses.h>
#include <stdio.h>

// What Swift cannot import: macros, and variables that C changes.

static inline SCREEN *shippy_newterm(const char *type) { return newterm(type, stdout, stdin); }
static inline WINDOW *shippy_stdscr(void) { return stdscr; }
static inline attr_t shippy_pair(int pair) { return COLOR_PAIR(pair); }

static const attr_t shippy_bold = A_BOLD;
static const attr_t shippy_dim = A_DIM;
static const attr_t shippy_reverse = A_REVERSE;

// <term.h> defines macros for names as short as `lines` and `tab`.
char *tigetstr(const char *name);
static inline const char *shippy_terminal_string(const char *name) {
    char *value = tigetstr(name);
    return value == (char *)-1 ? NULL : value;
}
