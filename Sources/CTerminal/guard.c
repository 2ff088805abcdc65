#include "terminal.h"

#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static struct {
    int descriptor;
    struct termios settings;
    char leave[512];
    size_t length;
} terminal;

static atomic_int is_guarded;

void shippy_terminal_restore(void) {
    if (!atomic_exchange(&is_guarded, 0)) return;
    // Do not hang on a terminal that accepts no output.
    struct pollfd ready = {.fd = terminal.descriptor, .events = POLLOUT};
    if (poll(&ready, 1, 100) > 0 && (ready.revents & POLLOUT)) {
        ssize_t ignored = write(terminal.descriptor, terminal.leave, terminal.length);
        (void)ignored;
    }
    tcsetattr(terminal.descriptor, TCSANOW, &terminal.settings);
}

void shippy_terminal_release(void) { atomic_store(&is_guarded, 0); }

static void crash(int number) {
    shippy_terminal_restore();
    signal(number, SIG_DFL);
    raise(number);
}

void shippy_terminal_remember(int descriptor) {
    terminal.descriptor = descriptor;
    tcgetattr(descriptor, &terminal.settings);
}

void shippy_terminal_guard(const char *leave, size_t length) {
    terminal.length = length < sizeof terminal.leave ? length : sizeof terminal.leave;
    memcpy(terminal.leave, leave, terminal.length);
    const int crashes[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGSEGV, SIGSYS, SIGTRAP};
    for (size_t index = 0; index < sizeof crashes / sizeof *crashes; index++) {
        struct sigaction action = {.sa_handler = crash, .sa_flags = SA_RESETHAND | SA_NODEFER};
        sigaction(crashes[index], &action, NULL);
    }
    atomic_store(&is_guarded, 1);
}
