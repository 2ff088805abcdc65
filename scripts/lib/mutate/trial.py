"""Runs tests, with or without a mutant, and reports the outcome."""
import ctypes
import os
import pathlib
import re
import select
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass

import schema

# The exit status of swift-testing if no test matches the filter.
NO_TESTS = 69
FAILURE = re.compile(r"Test (?:case passing .* to )?\"?(.+?)\"? (?:with .* )?(?:recorded an issue|failed after)")
PR_SET_CHILD_SUBREAPER = 36


@dataclass
class Outcome:
    status: str   # passed, failed, hung, no tests
    seconds: float
    test: str     # the first failed test
    output: str


def adopt_orphans():
    """Makes processes that tests leave behind children of this process, so that it can end them."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children():
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            yield int(path.parent.name)


def end_orphans():
    while processes := list(children()):
        for process in processes:
            os.kill(process, signal.SIGKILL)
        for process in processes:
            try:
                os.waitpid(process, 0)
            except ChildProcessError:
                pass


def run(binary, filters, mutant=None, limit=180.0):
    """Runs the tests that match one of `filters`, for at most `limit` seconds. With a mutant, stops at the first failure."""
    # Interrupted tests leave files behind.
    with tempfile.TemporaryDirectory(prefix="mutant-", ignore_cleanup_errors=True) as directory:
        # PostgreSQL runs under its own account, which must be able to enter the directory.
        os.chmod(directory, 0o755)
        return run_in(directory, binary, filters, mutant, limit)


def run_in(directory, binary, filters, mutant, limit):
    command = [str(binary), "--testing-library", "swift-testing"]
    for item in filters:
        command += ["--filter", item]
    environment = dict(os.environ, TMPDIR=directory, SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH="3")
    if mutant:
        environment[schema.VARIABLE] = mutant.name
    start = time.monotonic()
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    status, test, lines = None, "", []
    try:
        for line in read_lines(process, start + limit):
            lines.append(line)
            if found := FAILURE.search(line):
                test = test or found[1]
                if mutant:
                    status = "failed"
                    break
        else:
            status = {0: "passed", NO_TESTS: "no tests"}.get(process.wait(max(1, start + limit - time.monotonic())), "failed")
    except (TimeoutError, subprocess.TimeoutExpired):
        status = "hung"
    if process.poll() is None:
        process.kill()
    process.wait()
    process.stdout.close()
    end_orphans()
    return Outcome(status, time.monotonic() - start, test, "".join(lines))


def read_lines(process, deadline):
    """Yields the lines of a process's output until it ends. Raises TimeoutError at `deadline`."""
    descriptor, rest = process.stdout.fileno(), b""
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if not select.select([descriptor], [], [], min(left, 0.5))[0]:
            # A process that it started may still hold the pipe open.
            if process.poll() is not None:
                return
            continue
        block = os.read(descriptor, 1 << 16)
        if not block:
            return
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            yield line.decode(errors="replace") + "\n"
