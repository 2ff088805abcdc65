"""A command in a terminal of its own, for measurements: from a key to the screen, bytes, processor time and memory."""
import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time


class Terminal:
    """A command in a terminal of 120 by 40."""

    def __init__(self, program, *arguments):
        self.started = time.monotonic()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
            os.environ["TERM"] = "xterm-256color"
            os.execv(program, ["shippy", *arguments])
        self.output = b""

    def read(self, limit):
        """Returns the output that arrives within `limit` seconds; empty if there is none."""
        ready, _, _ = select.select([self.terminal], [], [], limit)
        data = os.read(self.terminal, 1 << 16) if ready else b""
        self.output += data
        return data

    def read_for(self, seconds):
        end, frames, count = time.monotonic() + seconds, 0, 0
        while (left := end - time.monotonic()) > 0:
            data = self.read(left)
            frames += bool(data)
            count += len(data)
        return frames, count

    def latency(self, key, sign, limit=5.0):
        """Returns the seconds from the key to the output that matches `sign`, and the number of its bytes."""
        # Skip the rest of the last frame, which may come in several pieces.
        while self.read(0.005):
            pass
        begun, seen = time.monotonic(), b""
        os.write(self.terminal, key)
        while not re.search(sign, seen):
            data = self.read(limit)
            if not data:
                sys.exit(f"nothing came of {key!r}: {seen[-200:]!r}")
            seen += data
        return time.monotonic() - begun, len(seen)

    def processor(self):
        fields = open(f"/proc/{self.pid}/stat").read().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def keys(self, keys, settle=1.0):
        os.write(self.terminal, keys)
        self.read_for(settle)

    def quit(self):
        """Returns the exit status."""
        os.write(self.terminal, b"q")
        while select.select([self.terminal], [], [], 2)[0]:
            try:
                os.read(self.terminal, 1 << 16)
            except OSError:
                break
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def memory(self, name):
        return int(re.search(rf"{name}:\s+(\d+)", open(f"/proc/{self.pid}/status").read()).group(1)) // 1024


def percentiles(answers):
    times, sizes = sorted(seconds for seconds, _ in answers), sorted(count for _, count in answers)
    return "p50 {:.1f} ms, p99 {:.1f} ms, longest {:.1f} ms".format(
        *(1000 * times[min(len(times) - 1, int(len(times) * q))] for q in (0.5, 0.99, 1))) + f"; {sizes[len(sizes) // 2]} bytes, {sizes[-1]} at most"
