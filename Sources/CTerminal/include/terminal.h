#pragma once
#include <stddef.h>

/// Remembers how the terminal is set now.
void shippy_terminal_remember(int descriptor);

/// Remembers what to write to the terminal to leave the panel. From here on a crash of the process gives the terminal back
/// before it ends as it would have ended.
void shippy_terminal_guard(const char *leave, size_t length);

/// Gives the terminal back, once: later calls do nothing until it is guarded again. Safe in a signal handler.
void shippy_terminal_restore(void);

/// Nothing is to be given back any more.
void shippy_terminal_release(void);
