#pragma once
#include <stddef.h>

/// Stores the terminal's current settings, to restore them later. Call it before `shippy_terminal_guard`.
void shippy_terminal_remember(int descriptor);

/// Stores the bytes that make the terminal leave the panel, at most 512. From now on, a crash of the process restores the terminal
/// first, and then ends the process with the same signal.
void shippy_terminal_guard(const char *leave, size_t length);

/// Restores the terminal, once: later calls do nothing until it is guarded again. Waits at most 100 ms for a terminal that accepts
/// no output. Safe in a signal handler.
void shippy_terminal_restore(void);

/// Ends the guard without restoring the terminal.
void shippy_terminal_release(void);
