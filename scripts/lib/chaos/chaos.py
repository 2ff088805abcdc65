"""Creates users while things go wrong, and settles accounts at the end. `scripts/chaos` starts it."""
import argparse
import collections
import os
import random
import re
import signal
import sys
import threading
import time

from accountant import Accountant
from faults import Faults, Unavailable
from world import World


def seconds(text):
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h)?", text)
    if not found:
        raise argparse.ArgumentTypeError(f"cannot parse the duration {text!r}: use one such as 5s or 2m")
    return float(found[1]) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600, None: 1}[found[2]]


parser = argparse.ArgumentParser(prog="scripts/chaos", description=__doc__)
parser.add_argument("--binary", required=True, help="the shippy under test")
parser.add_argument("--creates", type=int, default=5000, help="how many users (default: 5000)")
parser.add_argument("--fault-every", type=seconds, default=5, metavar="DURATION", help="a fault begins this often (default: 5s)")
parser.add_argument("--on", choices=["up", "split", "remote", "cluster"], default="up",
                    help="one process; two of each service on one directory; the same on PostgreSQL, JetStream and etcd; three nodes of the latter two (default: up)")
parser.add_argument("--rate", type=float, help="creations a second at most (default: as many as go, but for at least 45 s)")
parser.add_argument("--pause", type=seconds, help="how long a process stands still: longer than every lease (default: 35s; 6s below 50000 creates)")
parser.add_argument("--away", type=seconds, help="how long an engine is away: longer than every redelivery together (default: 150s; 10s below 50000 creates)")
parser.add_argument("--faults", help="only these, separated by commas")
parser.add_argument("--without", default="", help="all but these, separated by commas")
parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31), help="the faults of an earlier run, as far as that goes")
parser.add_argument("--settle", type=seconds, default=120, metavar="DURATION", help="how long nothing may move before it is given up (default: 2m)")
parser.add_argument("--stuck", type=seconds, default=60, metavar="DURATION", help="how long nothing may be acknowledged, besides what faults take (default: 1m)")
parser.add_argument("--no-disk", action="store_true", help="no small file system, which takes root")
parser.add_argument("--keep", action="store_true", help="leave logs and data where they are")
options = parser.parse_args()
is_short = options.creates < 50_000
pause = options.pause if options.pause is not None else 6 if is_short else 35
away = options.away if options.away is not None else 10 if is_short else 150
random.seed(options.seed)


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


class Run:
    def __init__(self, world):
        self.world = world
        self.faults = Faults(world, pause=pause, away=away)
        self.count, self.threads = collections.Counter(), []
        known = self.faults.kinds()
        chosen = options.faults.split(",") if options.faults else known
        unknown = set(chosen) | set(filter(None, options.without.split(",")))
        if unknown - set(known):
            sys.exit(f"no such fault here: {', '.join(sorted(unknown - set(known)))}; there are: {', '.join(known)}")
        self.kinds = [kind for kind in chosen if kind not in options.without.split(",")]
        self.deck = []

    def inject(self):
        """Injects the next possible fault. Faults are dealt like cards: none comes again before all others have."""
        if not self.deck:
            self.deck = random.sample(self.kinds, len(self.kinds))
        for kind in list(self.deck):
            self.deck.remove(kind)
            began = time.monotonic()
            try:
                self.faults.run(kind)
            except Unavailable:
                # Another fault affects what it needs. Try it again soon.
                self.deck.append(kind)
                continue
            except Exception as error:  # A failed fault is reported, and must not end the run.
                self.world.accountant.incidents.append(f"the fault {kind!r} failed: {error!r}")
            self.count[kind] += 1
            say("{} users, {} mails: {} for {:.0f} s".format(*self.progress(), kind, time.monotonic() - began))
            return

    def is_nearly_done(self):
        """Whether the load has ended and nearly all mails are sent, so that the last mails can be waited for without faults."""
        return self.load.poll() is not None and self.world.mails.count >= self.world.acknowledgements.count * 0.98

    def progress(self):
        return self.world.acknowledgements.count, self.world.mails.count

    def go(self):
        """Starts a fault at each interval while users are created and mails are sent. Faults may overlap.

        Returns the load generator's output, and the seconds that the load took.
        """
        began, took = time.monotonic(), None
        self.load = self.world.load(options.creates, options.rate or max(1.0, options.creates / 45))
        progress, since = None, time.monotonic()
        while not self.is_nearly_done():
            now = self.progress()
            if now != progress:
                progress, since = now, time.monotonic()
            elif time.monotonic() - since > options.stuck + pause + away:
                self.world.accountant.incidents.append(f"nothing was acknowledged or mailed for {time.monotonic() - since:.0f} s; the run was ended")
                self.load.kill()
                break
            end = time.monotonic() + options.fault_every
            while not self.is_nearly_done() and time.monotonic() < end:
                time.sleep(0.25)
                if took is None and self.load.poll() is not None:
                    took = time.monotonic() - began
                    say(f"all {self.progress()[0]} acknowledged after {took:.0f} s")
            if self.is_nearly_done():
                break
            thread = threading.Thread(target=self.inject, daemon=True)
            thread.start()
            self.threads.append(thread)
        for thread in self.threads:
            thread.join()
        answers = self.load.stdout.read()
        if self.load.wait() != 0:
            self.world.accountant.incidents.append(f"the load ended with status {self.load.returncode}, so not all creations were asked for")
        return answers or "none, it was ended", took or time.monotonic() - began


def table(run, accountant, findings, books, loaded, took, whole):
    print(f"\nseed {options.seed}, {options.on}: {books.count('acknowledged')} creations acknowledged in {took:.0f} s and all mailed after {whole:.0f} s, "
          f"{books.count('users')} users, {books.count('stream')} events on the bus, {books.count('mails')} mails accepted, "
          f"{books.count('too_large')} events too large")
    print(f"\n{'FAULT':<26} {'TIMES':>6} {'MAIL PROCESSES':>15} {'COPIES':>7}")
    interruptions = collections.defaultdict(list)
    for each in accountant.interruptions:
        interruptions[each.kind].append(each)
    for kind in run.kinds:
        affected = interruptions[kind]
        print(f"{kind:<26} {run.count[kind]:>6} {len([each for each in affected if each.connections]):>15} {sum(each.copies for each in affected):>7}")
    print(f"\nanswers: {loaded.strip()}; starts that were tried again: {run.world.retried_starts}")
    print(f"\n{'UNEXPLAINED OR LOST':<46} {'COUNT':>6}")
    for finding in findings:
        print(f"{finding.kind:<46} {finding.count:>6}")
        for example in finding.examples:
            print(f"    {example}")
    if not findings:
        print(f"{'nothing':<46} {0:>6}")


def main():
    accountant = Accountant()
    has_disk = os.geteuid() == 0 and not options.no_disk
    world = World(options.binary, options.on, accountant, keep=options.keep, has_disk=has_disk, creates=options.creates, away=away)
    world.stream_was_lost = False
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        say(f"seed {options.seed}, everything in {world.directory}")
        world.start()
        run = Run(world)
        began = time.monotonic()
        loaded, took = run.go()
        say("waiting for what is still under way")
        for service in world.services:
            if service.process.poll() is not None:
                accountant.incidents.append(f"{service.name} ended by itself with status {service.process.returncode}: see {service.log}")
                service.start()
        world.wait_until_quiet(options.settle)
        whole = time.monotonic() - began
        say("settling accounts")
        books, notices = world.books()
        if notices and not world.stream_was_lost:
            accountant.incidents.append(f"notices on the bus: {dict(notices)}")
        if '"refused": []' not in loaded and "counts" in loaded:
            accountant.incidents.append("creations that were refused")
        if (shown := world.outbox()["set_aside"]) != len(world.too_large):
            accountant.incidents.append(f"events status shows {shown} events set aside, and {len(world.too_large)} were too large")
        findings = accountant.settle(books, is_stream_whole=not world.stream_was_lost)
        table(run, accountant, findings, books, loaded, took, whole)
        return 1 if findings else 0
    finally:
        world.stop()


sys.exit(main())
