#!/usr/bin/env python3
"""Runs a command in a terminal of its own and tells what became of both, as JSON.

    pseudo-terminal.py '{"command": ["…"], "size": [80, 24], "steps": [["wait", "text"], ["keys", "q"], ["signal", 15]]}'

Steps: wait for a regular expression in what was written since the last step, keys, signal, resize, hang up, pause (and count what is written).
"""
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

task = json.loads(sys.argv[1])
limit = 30


def resize(terminal, width, height):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))


master, slave = pty.openpty()
resize(slave, *task["size"])
before = termios.tcgetattr(slave)
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for descriptor in range(3):
        os.dup2(slave, descriptor)
    os.closerange(3, 256)
    os.execv(task["command"][0], task["command"])

output, mark, paused = b"", 0, 0
status = None


def read(seconds):
    """What is written within so many seconds, and whether the command lives."""
    global output, status
    ready = select.select([master], [], [], seconds)[0] if master is not None else time.sleep(min(seconds, 0.05))
    if ready:
        output += os.read(master, 1 << 16)
    if status is None:
        done, result = os.waitpid(pid, os.WNOHANG)
        if done:
            status = result
    return bool(ready)


def fail(reason):
    os.kill(pid, signal.SIGKILL)
    sys.exit(f"{reason}; it wrote {output[mark:][-2000:]!r}")


for step in task["steps"]:
    kind, values = step[0], step[1:]
    if kind == "wait":
        end = time.monotonic() + limit
        while not re.search(values[0].encode(), output[mark:]):
            if time.monotonic() > end or (not read(0.1) and status is not None):
                fail(f"no {values[0]!r}")
        mark = len(output)
    elif kind == "keys":
        os.write(master, values[0].encode())
    elif kind == "signal":
        os.kill(pid, values[0])
    elif kind == "resize":
        resize(master, *values)
    elif kind == "hangup":
        os.close(master)
        master = None
    elif kind == "pause":
        end, count = time.monotonic() + values[0], len(output)
        while time.monotonic() < end:
            read(max(0, end - time.monotonic()))
        paused = len(output) - count
end = time.monotonic() + limit
while status is None:
    if time.monotonic() > end:
        fail("it does not end")
    read(0.1)
while master is not None and read(0.1):
    pass
print(json.dumps({
    "status": os.waitstatus_to_exitcode(status),
    "output": output.decode("latin-1"),
    "paused": paused,
    "restored": master is None or termios.tcgetattr(slave) == before,
}))
