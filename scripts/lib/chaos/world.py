"""The system under test: shippy's processes, their engines, an SMTP server and the load generator, all in one directory."""
import collections
import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import engines
import nats
from books import Books

here = os.path.dirname(os.path.abspath(__file__))
powercut_source = f"{here}/../../../Tests/PowerCut/powercut.c"
connections = 8


class Service:
    """A `shippy up` or `shippy serve` process, which faults kill and start again."""

    def __init__(self, world, name, command):
        self.world, self.name, self.command = world, name, command
        self.process = self.address = None
        # Held by the fault that affects it.
        self.lock = threading.Lock()
        self.clock = f"{world.directory}/{name}.clock"
        self.log = f"{world.directory}/{name}.log"

    @property
    def sends_mail(self):
        return "users" not in self.command

    def start(self):
        """Starts the process and waits until it is ready. If that fails, tries again, because a fault may affect what it needs."""
        # It is ready only once it is registered, so not before the registry is back.
        patience = 60 + self.world.away
        end = time.monotonic() + 3 * patience
        while True:
            if self.world.is_over:
                return
            ports = [part for port in ("users-http", "users-grpc", "notificator-grpc", "ops") for part in (f"--{port}", "127.0.0.1:0")]
            environment = dict(self.world.environment)
            command = [self.world.binary, *self.command, "-o", "json", *ports, *self.world.arguments]
            if os.path.exists(self.clock):
                with open(self.clock) as file:
                    environment.update(FAKETIME=file.read(), FAKETIME_DONT_FAKE_MONOTONIC="1", NO_FAKE_STAT="1")
                environment["LD_PRELOAD"] = " ".join(filter(None, [environment.get("LD_PRELOAD"), self.world.timers, self.world.faketime]))
                # libfaketime changes the environment when it is first loaded, but Swift finds its arguments next to the
                # environment as the kernel placed it. So `env` loads libfaketime first, and then becomes shippy.
                command = ["env", *command]
            with open(self.log, "a") as log:
                self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=environment, text=True)
            # A process that is not ready in time counts as hung.
            hung = []
            watch = threading.Timer(patience, lambda process: (hung.append(time.time()), process.kill()), [self.process])
            watch.start()
            line = self.process.stdout.readline()
            watch.cancel()
            if line:
                break
            status = self.process.wait()
            if hung:
                if self.sends_mail:
                    self.world.accountant.interrupted("start", hung[0], connections)
                self.world.accountant.incidents.append(f"{self.name} was neither ready nor ended {patience:.0f} s after its start: see {self.log}")
            elif status < 0:
                self.world.accountant.incidents.append(f"{self.name} died of signal {-status} while it started: see {self.log}")
            if time.monotonic() > end:
                raise RuntimeError(f"{self.name} does not start: see {self.log}")
            self.world.retried_starts += 1
            time.sleep(0.3)
        services = json.loads(line)["services"]
        self.address = next((s["address"] for s in services if (s["name"], s["protocol"]) == ("users", "http")), None)
        self.world.write_targets()

    def kill(self):
        self.address = None
        if self.process.poll() is not None:
            self.world.accountant.incidents.append(f"{self.name} had ended by itself with status {self.process.returncode}: see {self.log}")
        self.process.kill()
        self.process.wait()
        self.world.write_targets()

    def end(self):
        """Ends the process with SIGTERM, as an operator does. Records an incident if it does not end within 90 s."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(90)
        except subprocess.TimeoutExpired:
            self.world.accountant.incidents.append(f"{self.name} does not end within 90 s of SIGTERM")
            self.process.kill()
            self.process.wait()


class MailServer:
    """The SMTP server smtp.py, and control of its behaviour."""

    def __init__(self, directory, mails):
        self.mode = f"{directory}/smtp-mode"
        self.lock = threading.Lock()
        self.behave("none")
        self.process = subprocess.Popen([sys.executable, f"{here}/smtp.py", "--out", mails, "--mode", self.mode], stdout=subprocess.PIPE, text=True)
        self.address = f"127.0.0.1:{self.process.stdout.readline().strip()}"

    def behave(self, mode):
        with open(self.mode, "w") as file:
            file.write(mode)


class Lines:
    """Counts the lines of a growing file."""

    def __init__(self, path):
        self.path, self.known, self.offset = path, 0, 0
        self.lock = threading.Lock()
        open(path, "w").close()

    @property
    def count(self):
        with self.lock, open(self.path, "rb") as file:
            file.seek(self.offset)
            while data := file.read(1 << 20):
                self.known += data.count(b"\n")
                self.offset += len(data)
            return self.known


class World:
    faketime = next((path for path in ("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1")
                     if os.path.exists(path)), None)

    def __init__(self, binary, kind, accountant, *, keep, has_disk, creates, away):
        # The longest time that an engine is away, in seconds.
        self.away = away
        self.binary, self.kind, self.accountant, self.keep = os.path.abspath(binary), kind, accountant, keep
        self.directory = tempfile.mkdtemp(prefix="shippy-chaos-")
        os.chmod(self.directory, 0o755)
        self.retried_starts = 0
        # Once true, no fault may start a service again.
        self.is_over = False
        self.is_remote = kind in ("remote", "cluster")
        self.postgresql = self.listener = self.disk = self.powercut = None
        self.nats, self.etcd = [], []
        self.helpers = []
        self.targets = f"{self.directory}/targets"
        self.mails, self.acknowledgements, self.heard = (Lines(f"{self.directory}/{name}") for name in ("mails", "acknowledged", "heard"))
        # IDs of users whose event is too large for the bus.
        self.too_large = []
        # The directory for the data of shippy and PostgreSQL. With `has_disk`, it is a file system of its own.
        self.base = self.directory
        if has_disk:
            self.mount(creates)
        self.root = f"{self.base}/root"
        os.mkdir(self.root, 0o700)
        self.home = f"{self.root}/home"
        # The settings of the user who runs this must not reach shippy.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SHIPPY_", "MICRO_", "DB_", "XDG_"))}
        self.environment = {
            **inherited, "SHIPPY_HOME": self.home, "SHIPPY_MAIL_DOMAIN": "localhost", "XDG_CONFIG_HOME": f"{self.directory}/xdg"}
        self.plain_environment = dict(self.environment)
        self.mail_server = MailServer(self.directory, self.mails.path)
        self.helpers.append(self.mail_server.process)
        self.arguments = [
            "--mailer", f"smtp://{self.mail_server.address}?tls=none", "--smtp-connections", str(connections), "--smtp-deadline", "10s",
            "--mail-attempts", "1000", "--mail-backoff", "1s", "--mail-backoff-max", "4s", "--registry-ttl", "5s"]
        if kind == "up":
            self.services = [Service(self, "up", ["up"])]
        else:
            self.services = [Service(self, f"{role}{number}", ["serve", role]) for role in ("users", "notificator") for number in (1, 2)]

    def start(self):
        if self.faketime:
            self.timers = self.compile("timers.so", f"{here}/timers.c", "-shared", "-fPIC")
        if self.is_remote:
            numbers = (1, 2, 3) if self.kind == "cluster" else (1,)
            self.postgresql = engines.PostgreSQL(f"{self.base}/postgresql")
            self.nats = [engines.NATS(f"{self.directory}/nats", number) for number in numbers]
            self.etcd = [engines.Etcd(f"{self.directory}/etcd", number) for number in numbers]
            for nodes in (self.nats, self.etcd):
                for node in nodes:
                    node.cluster = nodes if len(nodes) > 1 else []
            for engine in self.engines:
                engine.lock = threading.Lock()
                engine.start()

            def servers(nodes):
                return ",".join(f"127.0.0.1:{node.port}" for node in nodes)

            secret = f"{self.directory}/secret"
            with open(os.open(secret, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
                file.write(os.urandom(32).hex() + "\n")
            urls = {"SHIPPY_SECRET_FILE": secret, "SHIPPY_STORE": self.postgresql.url, "SHIPPY_BUS": f"nats://{servers(self.nats)}", "SHIPPY_REGISTRY": f"etcd://{servers(self.etcd)}",
                    "SHIPPY_EVENT_REPLICAS": str(len(numbers))}
            self.environment.update(urls)
            self.plain_environment.update(urls)
            self.listener = nats.Listener([node.port for node in self.nats], "user.created", self.heard.path)
        else:
            self.build_powercut()
        for service in self.services:
            service.start()

    @property
    def engines(self):
        return [*filter(None, [self.postgresql]), *self.nats, *self.etcd]

    def jetstream(self):
        """Returns a connection to any live NATS node."""
        for node in random.sample(self.nats, len(self.nats)):
            try:
                return nats.Connection(node.port)
            except OSError:
                continue
        raise ConnectionError("no nats-server lives")

    def compile(self, name, source, *flags):
        """Compiles a C file. Returns the path of the result."""
        compiler = next(filter(None, map(shutil.which, ("clang", "cc", "gcc"))))
        subprocess.run([compiler, "-O2", *flags, "-o", f"{self.directory}/{name}", source], check=True)
        return f"{self.directory}/{name}"

    def build_powercut(self):
        library = self.compile("powercut.so", powercut_source, "-shared", "-fPIC")
        self.powercut = self.compile("powercut", powercut_source, "-DPOWERCUT_RESTORE")
        self.environment.update(LD_PRELOAD=library, POWERCUT_ROOT=self.root, POWERCUT_SHADOW=f"{self.directory}/shadow")

    def restore(self, seed):
        subprocess.run([self.powercut, self.root, f"{self.directory}/shadow", str(seed)], check=True)

    def mount(self, creates):
        """Mounts a file system whose size can be changed. Needs root."""
        self.base = self.disk = f"{self.directory}/disk"
        os.mkdir(self.disk)
        self.disk_size = (2 << 30) + creates * 16_384
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.disk_size},mode=0755", "tmpfs", self.disk], check=True)

    def resize(self, size):
        subprocess.run(["mount", "-o", f"remount,size={size}", self.disk], check=True)

    def used(self):
        status = os.statvfs(self.disk)
        return (status.f_blocks - status.f_bfree) * status.f_frsize

    def write_targets(self):
        with open(f"{self.targets}.new", "w") as file:
            file.write("\n".join(service.address for service in self.services if service.address))
        os.replace(f"{self.targets}.new", self.targets)

    def load(self, count, rate):
        process = subprocess.Popen(
            [sys.executable, f"{here}/load.py", "--targets", self.targets, "--count", str(count), "--rate", str(rate), "--out", self.acknowledgements.path],
            stdout=subprocess.PIPE, text=True)
        self.helpers.append(process)
        return process

    def shippy(self, *arguments, **more):
        return subprocess.run([self.binary, *arguments], env=self.plain_environment, capture_output=True, text=True, timeout=600, **more)

    def objects(self, *arguments):
        """Yields the objects of a command's JSON lines as they arrive, because there may be millions."""
        with tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen([self.binary, *arguments, "-o", "jsonl"], env=self.plain_environment, stdout=subprocess.PIPE, stderr=errors)
            watch = threading.Timer(1800, process.kill)
            watch.start()
            try:
                yield from map(json.loads, process.stdout)
                status = process.wait()
            finally:
                watch.cancel()
                process.kill()
                process.wait()
            errors.seek(0)
            if status != 0:
                raise RuntimeError(f"shippy {' '.join(arguments)} ended with {status}: {errors.read()[-500:]}")

    def status(self):
        return next(self.objects("status"))

    def outbox(self):
        """The state of the outbox as `events status` shows it: pending events, and events set aside."""
        return next(self.objects("events", "status"))["outbox"]

    def wait_until_quiet(self, limit):
        """Waits until every user's mail is sent. Returns False if nothing has changed for `limit` seconds."""
        progress, since = None, time.monotonic()
        while time.monotonic() - since < limit:
            try:
                status = self.status()
                mails, users, outbox = status["mails"], status["users"], status["events"]["outbox"]
                is_sent = mails["sent"] + outbox["set_aside"] == users and mails["queued"] + mails["sending"] == 0
                if users and is_sent and outbox["pending"] == 0:
                    return True
                now = (users, outbox["pending"], *(f"{count} {state}" for state, count in mails.items()))
            except (RuntimeError, KeyError, TypeError, StopIteration) as error:
                now = repr(error)
            if now != progress:
                progress, since = now, time.monotonic()
            time.sleep(1)
        self.accountant.incidents.append(f"it does not come to rest: users, pending, mails {progress}")
        return False

    def users(self):
        """Yields (id, address) of all users, from a service that is called directly: the registry may list leftovers of a fault."""
        connection = http.client.HTTPConnection(next(service.address for service in self.services if service.address), timeout=60)
        token = self.shippy("auth", "token", check=True).stdout.strip()
        after = ""
        while True:
            connection.request("GET", f"/api/v1/users?limit=1000{after}", headers={"Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"GET /api/v1/users: {answer.status} {body[:300]}")
            page = json.loads(body)
            yield from ((user["id"], user["email"]) for user in page)
            if len(page) < 1000:
                return
            after = f"&after={page[-1]['id']}"

    def books(self):
        """Returns the books for the accountant, and the number of notices of each kind in the stream."""
        books, notices = Books(f"{self.directory}/books"), collections.Counter()
        books.enter("users", ((user, address.lower()) for user, address in self.users()))

        def events():
            for event in self.objects("events", "tail", "user.created", "--all", "--at-end"):
                if "notice" in event:
                    notices[event["notice"]] += 1
                else:
                    yield event["id"], event["data"]["id"]

        books.enter("stream", events())
        books.enter_log("heard", self.heard.path, lambda words: words)
        books.enter_log("acknowledged", self.acknowledgements.path, lambda words: (words[0], words[1].lower()))
        books.enter_log("mails", self.mails.path, lambda words: (words[0].rsplit("@", 1)[0], words[1].lower(), float(words[3])))
        books.enter("too_large", ((user,) for user in self.too_large))
        return books, notices

    def stop(self):
        self.is_over = True
        for service in self.services:
            if service.process and service.process.poll() is None:
                service.process.send_signal(signal.SIGCONT)
                service.end()
        for engine in self.engines:
            if engine.process and engine.process.poll() is None:
                engine.kill()
        for helper in self.helpers:
            helper.kill()
        if self.keep:
            print(f"kept: {self.directory}", file=sys.stderr)
            return
        if self.disk:
            subprocess.run(["umount", "-l", self.disk], check=False)
        shutil.rmtree(self.directory, ignore_errors=True)
