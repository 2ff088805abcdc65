"""Breaks each promise on purpose, and reports which of these mutants the tests kill. `scripts/mutate` starts it."""
import argparse
import collections
import fnmatch
import os
import pathlib
import shutil
import subprocess
import sys
import time

import mutants as lists
import schema
import trial

REQUIRED = 0.95
SCRATCH = lists.ROOT / ".build-mutate"

parser = argparse.ArgumentParser(prog="scripts/mutate", description=__doc__)
parser.add_argument("names", nargs="*", metavar="NAME", help="only these mutants; a name may hold * and ?")
parser.add_argument("--target", action="append", help="only mutants of this target; may be given again")
parser.add_argument("--list", action="store_true", help="list the mutants and end")
parser.add_argument("--check", action="store_true", help="check that each mutant fits the sources, and end")
parser.add_argument("--keep", action="store_true", help="keep the mutated copy and its build for the next run")
parser.add_argument("--scratch", type=pathlib.Path, default=SCRATCH, metavar="DIR",
                    help="where the mutated copy is built, and kept (default: .build-mutate, which --keep keeps)")
parser.add_argument("--timeout", type=float, default=180, metavar="SECONDS", help="tests that take longer hang, and so kill the mutant (default: 180)")
parser.add_argument("--no-baseline", action="store_true", help="do not run the tests without a mutant first")
options = parser.parse_args()


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


def chosen(mutants):
    def is_chosen(mutant):
        patterns = options.names or ["*"]
        return (not options.target or mutant.target in options.target) and any(
            fnmatch.fnmatch(text, pattern) for text in (mutant.name, str(mutant)) for pattern in patterns)
    found = [mutant for mutant in mutants if is_chosen(mutant)]
    if not found:
        sys.exit("no such mutant: scripts/mutate --list shows all")
    return found


def build(mutants):
    """Builds all mutants at once. Returns the test executable."""
    schema.lay(options.scratch, mutants)
    # Keep the commit the same, because a new one would compile the copy again.
    environment = dict(os.environ, SHIPPY_COMMIT="mutants")
    command = ["swift", "build", "--package-path", str(options.scratch)]
    if subprocess.run(command + ["--build-tests"], env=environment, stdout=sys.stderr).returncode != 0:
        say("the mutated copy does not compile")
        sys.exit(2)
    folder = subprocess.run(command + ["--show-bin-path"], env=environment, check=True, capture_output=True, text=True).stdout.strip()
    return next(pathlib.Path(folder).glob("*PackageTests.xctest"))


def check_baseline(binary, mutants):
    filters = sorted({mutant.tests for mutant in mutants})
    say(f"testing without a mutant ({len(filters)} filters)")
    outcome = trial.run(binary, filters, limit=60 * options.timeout)
    if outcome.status != "passed":
        print(outcome.output)
        say(f"void: without a mutant, the tests have {outcome.status} ({outcome.test})")
        sys.exit(2)
    say(f"they pass in {outcome.seconds:.0f} s")


def try_out(binary, mutants):
    """Runs the tests of each mutant. Returns the names of the killed mutants."""
    killed = set()
    for mutant in mutants:
        outcome = trial.run(binary, [mutant.tests], mutant, options.timeout)
        if outcome.status == "no tests":
            say(f"void: no test matches {mutant.tests!r} of {mutant}")
            sys.exit(2)
        word = {"passed": "SURVIVED", "failed": "killed", "hung": "killed (hung)"}[outcome.status]
        if outcome.status != "passed":
            killed.add(mutant.name)
        by = "" if outcome.status == "hung" else outcome.test or ("it crashed" if outcome.status == "failed" else mutant.promise)
        print(f"{word:<13}  {str(mutant):<58}  {outcome.seconds:6.1f} s  {by}", flush=True)
    return killed


def report(mutants, killed):
    """Prints the number of killed mutants in each target. Returns the killed share of all mutants."""
    counts, dead = collections.Counter(m.target for m in mutants), collections.Counter(m.target for m in mutants if m.name in killed)
    print(f"\n{'TARGET':<20}  MUTANTS  KILLED")
    for target, count in counts.items():
        print(f"{target:<20}  {count:7}  {dead[target]:6}")
    share = len(killed) / len(mutants)
    print(f"{'all':<20}  {len(mutants):7}  {len(killed):6}  {100 * share:.1f} %")
    for mutant in mutants:
        if mutant.name not in killed:
            print(f"survived: {mutant}: {mutant.promise}")
    return share


def main():
    try:
        all_mutants = lists.load()
        if options.check:
            for file in {mutant.file for mutant in all_mutants}:
                schema.rewritten((lists.ROOT / file).read_text(), file, [m for m in all_mutants if m.file == file])
            say(f"{len(all_mutants)} mutants fit the sources")
            return 0
        mutants = chosen(all_mutants)
        if options.list:
            for mutant in mutants:
                print(f"{str(mutant):<58}  {mutant.promise}")
            return 0
        trial.adopt_orphans()
        start = time.monotonic()
        # Build all mutants, whichever are chosen, so that the next run can use the same build.
        binary = build(all_mutants)
        if not options.no_baseline:
            check_baseline(binary, mutants)
        share = report(mutants, try_out(binary, mutants))
        say(f"done in {(time.monotonic() - start) / 60:.0f} min")
        if not options.keep and options.scratch == SCRATCH:
            shutil.rmtree(SCRATCH)
        return 0 if share >= REQUIRED else 1
    except lists.Faults as faults:
        print(faults, file=sys.stderr)
        return 1


sys.exit(main())
