"""The faults. Each one locks the services and engines that it affects, injects the fault, and undoes it."""
import http.client
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
import uuid

from world import Service, connections


# A sender that is paused for fewer seconds still holds the leases of its mails: they last 20 s and are renewed every 7 s.
least_lease = 12


class Unavailable(Exception):
    """The fault cannot be injected now, for example because another fault affects what it needs."""


class Hold:
    """Locks services and engines against other faults. Raises Unavailable if another fault holds one of them."""

    def __init__(self, *things):
        self.things = things

    def __enter__(self):
        taken = []
        for thing in self.things:
            if not thing.lock.acquire(blocking=False):
                for other in taken:
                    other.lock.release()
                raise Unavailable
            taken.append(thing)

    def __exit__(self, *_):
        for thing in self.things:
            thing.lock.release()


class Faults:
    def __init__(self, world, *, pause, away):
        self.world, self.pause, self.away = world, pause, away
        self.accountant = world.accountant
        self.lasted = set()

    def length(self, kind, longest):
        """The length of a fault in seconds. The first fault of a kind lasts `longest`, and so does one in four of the later ones.
        The others are shorter, because a long run would otherwise spend most of its time waiting."""
        if kind in self.lasted and random.random() < 0.75:
            return random.uniform(1, max(2, longest / 4))
        self.lasted.add(kind)
        return longest

    def kinds(self):
        """The names of the faults that are possible in this world."""
        names = ["kill", "stop", "smtp hangs", "smtp refuses", "smtp later"]
        if self.world.faketime:
            names += ["clock ahead", "clock behind"]
        if self.world.is_remote:
            names += ["kill postgresql", "kill nats", "kill etcd", "postgresql away", "nats away", "etcd away", "postgresql stands still",
                      "tables locked", "stream full", "oversized event", "foreign values"]
            if self.world.disk:
                names += ["postgresql disk full"]
            names += ["nats leader dead", "nats quorum lost", "etcd quorum lost"] if self.world.kind == "cluster" else ["stream lost"]
        else:
            names += ["power cut", "database locked", "backup"]
            if self.world.disk:
                names += ["disk full"]
            if self.world.kind == "up":
                names += ["two relays"]
        return names

    def run(self, kind):
        getattr(self, kind.replace(" ", "_"))()

    # Processes

    def kill(self):
        service = random.choice(self.world.services)
        with Hold(service):
            self.killed("kill", [service])
            time.sleep(random.choice([0, random.uniform(0, 2)]))
            service.start()

    def killed(self, kind, services):
        now = time.time()
        for service in services:
            if service.sends_mail:
                self.accountant.interrupted(kind, now, connections)
            service.kill()

    def stop(self):
        """Pauses a service for up to `pause` seconds. In a long run, this is longer than every lease."""
        service = random.choice(self.world.services)
        with Hold(service):
            self.stands_still("stop", service)

    def stands_still(self, kind, service):
        seconds = self.length(kind, self.pause)
        is_reason = service.sends_mail and seconds >= least_lease
        interruption = self.accountant.interrupted(kind, time.time(), connections if is_reason else 0)
        service.process.send_signal(signal.SIGSTOP)
        address, service.address = service.address, None
        self.world.write_targets()
        time.sleep(seconds)
        interruption.ended = time.time()
        service.process.send_signal(signal.SIGCONT)
        service.address = address
        self.world.write_targets()

    def two_relays(self):
        """A second users service takes over from a paused one, meets it when it continues, and is killed."""
        service = self.world.services[0]
        guest = Service(self.world, "guest", ["serve", "users"])
        with Hold(service, guest):
            self.world.services = [service, guest]
            guest.start()
            self.stands_still("two relays", service)
            time.sleep(random.uniform(0, 3))
            self.world.services = [service]
            guest.kill()

    def power_cut(self):
        """Keeps only the synced data and, at random, some of the rest."""
        with Hold(*self.world.services):
            # Stop all of them at the same moment, as a power cut does.
            for service in self.world.services:
                service.process.send_signal(signal.SIGSTOP)
            self.killed("power cut", self.world.services)
            self.world.restore(random.choice([0, random.getrandbits(32) | 1]))
            for service in self.world.services:
                service.start()

    def clock_ahead(self):
        self.with_clock("clock ahead", "+20s")

    def clock_behind(self):
        self.with_clock("clock behind", "-1h")

    def with_clock(self, kind, offset):
        """Runs one process with a changed clock for a while."""
        service = random.choice(self.world.services)
        with Hold(service):
            with open(service.clock, "w") as file:
                file.write(offset)
            self.killed(kind, [service])
            service.start()
            time.sleep(max(5, self.pause / 2))
            os.remove(service.clock)
            self.killed(kind, [service])
            service.start()

    # Mail

    def smtp_hangs(self):
        self.with_smtp("hang")

    def smtp_refuses(self):
        self.with_smtp("refuse")

    def smtp_later(self):
        self.with_smtp("later")

    def with_smtp(self, mode):
        with Hold(self.world.mail_server):
            self.world.mail_server.behave(mode)
            # The first time, this is longer than a mail may take.
            time.sleep(self.length(f"smtp {mode}", 15))
            self.world.mail_server.behave("none")

    # One machine

    def database_locked(self):
        """Locks a database as another program might, for a shorter or a longer time than SQLite waits."""
        path = random.choice([name for name in os.listdir(self.world.home) if name.endswith(".db")])
        with Hold(*self.world.services):
            connection = sqlite3.connect(f"{self.world.home}/{path}", timeout=20, isolation_level=None)
            try:
                connection.execute("BEGIN IMMEDIATE")
                time.sleep(self.length("database locked", self.pause))
                connection.execute("ROLLBACK")
            finally:
                connection.close()

    def backup(self):
        """Backs up while users are created, and restores: whoever was acknowledged before is in the copy, with one event."""
        with Hold(*self.world.services):
            file, copy = f"{self.world.directory}/backup.tar.zst", f"{self.world.directory}/copy"
            with open(self.world.acknowledgements.path) as lines:
                acknowledged = {line.split(" ", 1)[0] for line in lines if line.endswith("\n")}
            for arguments in (["backup", "--force", file], ["backup", "--verify", file], ["restore", file, "--home", copy]):
                done = self.world.shippy(*arguments)
                if done.returncode:
                    raise RuntimeError(f"shippy {arguments[0]}: {done.returncode}: {done.stderr}")
            connection = sqlite3.connect(f"{copy}/shippy.db")
            try:
                lost = acknowledged - {row[0] for row in connection.execute("SELECT id FROM users")}
                [(users, events)] = connection.execute(
                    "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM events WHERE subject = 'user.created')")
            finally:
                connection.close()
                shutil.rmtree(copy)
            if lost or users != events:
                raise RuntimeError(f"a backup lost {len(lost)} of {len(acknowledged)} users, and has {events} events of {users} users")

    def disk_full(self):
        with Hold(*self.world.services):
            self.fill_disk()

    def fill_disk(self):
        try:
            self.world.resize(max(self.world.used() + random.randrange(0, 400_000), 4096))
        except subprocess.CalledProcessError:
            # In the meantime, more was written than fits into the new size.
            raise Unavailable from None
        time.sleep(random.uniform(2, 8))
        self.world.resize(self.world.disk_size)

    # Engines

    def kill_postgresql(self):
        self.engine_gone(self.world.postgresql, random.uniform(0, 3))

    def kill_nats(self):
        self.engine_gone(random.choice(self.world.nats), random.uniform(0, 3))

    def kill_etcd(self):
        self.engine_gone(random.choice(self.world.etcd), random.uniform(0, 3))

    def postgresql_away(self):
        self.engine_away("postgresql away", self.world.postgresql)

    def nats_away(self):
        self.engine_away("nats away", random.choice(self.world.nats))

    def etcd_away(self):
        self.engine_away("etcd away", random.choice(self.world.etcd))

    def nats_leader_dead(self):
        connection = self.world.jetstream()
        leader = connection.request("$JS.API.STREAM.INFO.SHIPPY")["cluster"]["leader"]
        connection.close()
        self.engine_gone(next(node for node in self.world.nats if node.node == leader), random.uniform(1, 10))

    def nats_quorum_lost(self):
        self.quorum_lost("nats quorum lost", self.world.nats)

    def etcd_quorum_lost(self):
        self.quorum_lost("etcd quorum lost", self.world.etcd)

    def quorum_lost(self, kind, nodes):
        with Hold(*nodes):
            dead = random.sample(nodes, 2)
            for node in dead:
                node.kill()
            time.sleep(self.length(kind, self.away))
            for node in dead:
                node.start()

    def engine_gone(self, engine, seconds):
        with Hold(engine):
            engine.kill()
            time.sleep(seconds)
            engine.start()

    def engine_away(self, kind, engine):
        """Stops an engine for up to `away` seconds. In a long run, this is longer than all redeliveries together."""
        with Hold(engine):
            engine.kill()
            time.sleep(self.length(kind, self.away))
            engine.start()

    def postgresql_stands_still(self):
        engine = self.world.postgresql
        with Hold(engine):
            with open(f"/proc/{engine.process.pid}/task/{engine.process.pid}/children") as file:
                pids = [engine.process.pid, *map(int, file.read().split())]
            for number in (signal.SIGSTOP, signal.SIGCONT):
                for pid in pids:
                    try:
                        os.kill(pid, number)
                    except ProcessLookupError:
                        pass
                if number == signal.SIGSTOP:
                    time.sleep(self.length("postgresql stands still", self.pause))

    def postgresql_disk_full(self):
        engine = self.world.postgresql
        with Hold(engine):
            self.fill_disk()
            self.wait_for("PostgreSQL neither comes back nor ends", lambda: engine.is_ready() or engine.process.poll() is not None)
            # PostgreSQL exits if it cannot even recover.
            if engine.process.poll() is not None:
                engine.start()

    def tables_locked(self):
        table = random.choice(["mails", "outbox"])
        with Hold(self.world.postgresql):
            seconds = self.length("tables locked", self.pause)
            outcome = self.world.postgresql.execute(f"BEGIN; LOCK TABLE shippy.{table} IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep({seconds}); COMMIT")
            if outcome.returncode != 0:
                self.accountant.incidents.append(f"the fault failed: {outcome.stderr[-200:]}")

    def stream_lost(self):
        """Deletes the stream, usually creates it again, and publishes foreign events: in half of the cases more events than the
        stream had before, up to 50,000, otherwise three."""
        with Hold(*self.world.nats):
            connection = self.world.jetstream()
            config, state = self.stream(connection)
            connection.request("$JS.API.STREAM.DELETE.SHIPPY")
            if random.random() < 0.7:
                try:
                    connection.request("$JS.API.STREAM.CREATE.SHIPPY", config)
                except RuntimeError:
                    # shippy has already created it.
                    pass
            for number in range(min(state["last_seq"] + 100, 50_000) if random.random() < 0.5 else 3):
                connection.publish("user.stranger", b'{"number":%d}' % number)
            connection.close()
            self.world.stream_was_lost = True

    def stream(self, connection):
        info = connection.request("$JS.API.STREAM.INFO.SHIPPY")
        return info["config"], info["state"]

    def stream_full(self):
        """Makes the stream reject new events for a while."""
        room = 5000
        with Hold(*self.world.nats):
            connection = self.world.jetstream()
            config, state = self.stream(connection)
            # Leave room for events that arrive in the meantime: a limit below the current number would drop events. Foreign events
            # fill the rest.
            connection.request("$JS.API.STREAM.UPDATE.SHIPPY", {**config, "discard": "new", "max_msgs": state["messages"] + room})
            for number in range(room):
                connection.publish("user.stranger", b"{}")
            time.sleep(self.length("stream full", self.pause))
            connection.request("$JS.API.STREAM.UPDATE.SHIPPY", config)
            connection.close()

    def oversized_event(self):
        """Makes NATS accept only small messages for a while, and creates a user with a larger event. Waits until `events status`
        shows that the event is set aside."""
        with Hold(self.world.postgresql, *self.world.nats):
            # A cluster that has just regained its quorum may still be electing its leader.
            outbox = self.wait_for("events status does not answer", self.world.outbox)
            if outbox["pending"] > 5000:
                # The event would wait behind all of them, and delay the next faults.
                raise Unavailable
            before = outbox["set_aside"]
            for node in self.world.nats:
                node.limit(2048)
            try:
                self.world.too_large.append(self.create_large())
                # If a loss is detected only now, its events are republished first.
                self.wait_for(
                    "events status does not show that an event was set aside", lambda: self.world.outbox()["set_aside"] == before + 1, seconds=600)
            finally:
                for node in self.world.nats:
                    node.limit(1 << 20)

    def create_large(self):
        """Creates a user with a long name over HTTP, as the load generator does. Returns its ID."""
        key = f"large-{uuid.uuid4().hex[:8]}"
        body = json.dumps({"email": f"{key}@example.com", "name": "n" * 1000, "company": "c" * 1000})

        def ask():
            host = random.choice([service.address for service in self.world.services if service.address])
            connection = http.client.HTTPConnection(host, timeout=15)
            try:
                connection.request("POST", "/create", body, {"Idempotency-Key": key})
                answer = connection.getresponse()
                return json.loads(answer.read())["id"] if answer.status == 200 else None
            finally:
                connection.close()

        user = self.wait_for("a user with a long name is not created", ask)
        with open(self.world.acknowledgements.path, "a") as file:
            file.write(f"{user} {key}@example.com {time.time():.3f}\n")
        return user

    def wait_for(self, complaint, condition, seconds=60):
        """Waits until `condition` returns a true value, and returns it. Until then, `condition` may raise errors."""
        end = time.monotonic() + seconds + self.pause
        while time.monotonic() < end:
            try:
                if outcome := condition():
                    return outcome
            except (OSError, IndexError, RuntimeError, StopIteration, http.client.HTTPException) as error:
                complaint = f"{complaint.split(':')[0]}: {error!r}"
            time.sleep(0.2)
        raise RuntimeError(complaint)

    def foreign_values(self):
        """Writes values that other programs might write under shared keys, overwrites or deletes one of shippy's keys, and creates
        a user in the meantime."""
        etcd = self.world.etcd[0]
        with Hold(*self.world.etcd):
            node = json.dumps({"name": "users", "version": "latest", "nodes": [{"id": "users-1", "address": "127.0.0.1:1", "metadata": {}}]})
            foreign = {
                "/services/users/127.0.0.1:1": "127.0.0.1:1", "/services/users/junk": "no address at all", "/micro/registry/users/users-1": node,
                "/micro/registry/users/users-2": node, "/shippy/instances/users/junk": "{", "/micro/registry/users/": "",
            }
            ours = [key for key in etcd.control("get", "--prefix", "/services/users/", "--keys-only").split() if key not in foreign]
            try:
                for key, value in random.sample(sorted(foreign.items()), 4):
                    etcd.control("put", key, value)
                if ours:
                    etcd.control(*random.choice([["put", random.choice(ours), "overwritten"], ["del", random.choice(ours)]]))
                self.create()
            finally:
                for key in foreign:
                    etcd.control("del", key)

    def create(self):
        address = f"cli-{uuid.uuid4().hex[:8]}@example.com"
        try:
            outcome = self.world.shippy("user", "create", address, "-o", "json")
        except subprocess.TimeoutExpired:
            self.accountant.incidents.append("user create did not end")
            return
        if outcome.returncode == 0:
            with open(self.world.acknowledgements.path, "a") as file:
                file.write(f"{json.loads(outcome.stdout)['id']} {address} {time.time():.3f}\n")
        elif outcome.returncode != 69:
            self.accountant.incidents.append(f"user create beside foreign values ended with {outcome.returncode}: {outcome.stderr[-200:].strip()}")
