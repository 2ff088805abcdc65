#pragma once
#define NCURSES_WIDECHAR 1
#include <ncurses.h>
#include <stdio.h>

// Macros and mutable variables, which Swift cannot import.

static inline SCREEN *shippy_newterm(const char *type) { return newterm(type, stdout, stdin); }
static inline WINDOW *shippy_stdscr(void) { return stdscr; }
static inline attr_t shippy_pair(int pair) { return COLOR_PAIR(pair); }

static const attr_t shippy_bold = A_BOLD;
static const attr_t shippy_dim = A_DIM;
static const attr_t shippy_reverse = A_REVERSE;
static const attr_t shippy_underline = A_UNDERLINE;

static const mmask_t shippy_wheel_up = BUTTON4_PRESSED;
static const mmask_t shippy_wheel_down = BUTTON5_PRESSED;
static const mmask_t shippy_mouse_events = BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED;

// Declared here, because <term.h> defines macros with names as short as `lines` and `tab`.
char *tigetstr(const char *name);
static inline const char *shippy_terminal_string(const char *name) {
    char *value = tigetstr(name);
    return value == (char *)-1 ? NULL : value;
}
