"""PostgreSQL, nats-server and etcd on free ports. They can be killed and started again with the same ports and data."""
import glob
import os
import shutil
import signal
import socket
import subprocess
import time

taken = set()


def free_port():
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port not in taken:
            taken.add(port)
            return port


class Engine:
    """One server, in its own process group."""

    def __init__(self, name, directory):
        self.name, self.directory, self.process = name, directory, None
        os.makedirs(directory)

    def start(self):
        with open(f"{self.directory}.log", "a") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        end = time.monotonic() + 60
        while not self.is_ready():
            if time.monotonic() > end or self.process.poll() is not None:
                raise RuntimeError(f"{self.name} does not start: see {self.directory}.log")
            time.sleep(0.05)

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def is_ready(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False


class NATS(Engine):
    def __init__(self, directory, number=1):
        super().__init__(f"nats-server {number}", f"{directory}-{number}")
        self.port, self.route, self.cluster = free_port(), free_port(), []
        self.node = f"node{number}"

    def start(self):
        self.configure(1 << 20)
        super().start()

    def command(self):
        return ["nats-server", "-c", f"{self.directory}/configuration"]

    def limit(self, size):
        """Sets the largest message that the server accepts from now on, in bytes."""
        self.configure(size)
        self.process.send_signal(signal.SIGHUP)

    def configure(self, size):
        lines = [f"listen: 127.0.0.1:{self.port}", f"server_name: {self.node}", f"max_payload: {size}", f'jetstream {{ store_dir: "{self.directory}/data" }}']
        if self.cluster:
            routes = ", ".join(f"nats://127.0.0.1:{node.route}" for node in self.cluster)
            lines += [f"cluster {{ name: chaos, listen: 127.0.0.1:{self.route}, routes: [{routes}] }}"]
        with open(f"{self.directory}/configuration", "w") as file:
            file.write("\n".join(lines) + "\n")


class Etcd(Engine):
    def __init__(self, directory, number=1):
        super().__init__(f"etcd {number}", f"{directory}-{number}")
        self.port, self.route, self.cluster = free_port(), free_port(), []
        self.node = f"node{number}"

    def command(self):
        client, peer = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.route}"
        nodes = ",".join(f"{node.node}=http://127.0.0.1:{node.route}" for node in self.cluster or [self])
        return ["etcd", "--name", self.node, "--data-dir", f"{self.directory}/data", "--listen-client-urls", client, "--advertise-client-urls", client,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", nodes]

    def control(self, *arguments):
        endpoints = ",".join(f"http://127.0.0.1:{node.port}" for node in self.cluster or [self])
        return subprocess.run(["etcdctl", "--endpoints", endpoints, "--command-timeout", "5s", *arguments],
                              env={**os.environ, "ETCDCTL_API": "3"}, capture_output=True, text=True, check=True).stdout

    def is_ready(self):
        # A node of a cluster is not healthy without the others.
        if self.cluster or not super().is_ready():
            return super().is_ready()
        try:
            self.control("endpoint", "health")
            return True
        except subprocess.CalledProcessError:
            return False


class PostgreSQL(Engine):
    def __init__(self, directory):
        super().__init__("PostgreSQL", directory)
        self.port = free_port()
        self.binaries = max(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[-2]))
        self.prefix = []
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            self.prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
            shutil.chown(directory, "postgres")
        subprocess.run([*self.prefix, f"{self.binaries}/initdb", "-D", f"{directory}/data", "-A", "trust", "-U", "postgres"],
                       check=True, stdout=subprocess.DEVNULL)

    @property
    def url(self):
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def command(self):
        return [*self.prefix, f"{self.binaries}/postgres", "-D", f"{self.directory}/data", "-p", str(self.port), "-k", self.directory,
                "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"]

    def kill(self):
        # Each of PostgreSQL's processes leads its own session, so a signal to the process group would not reach them.
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as file:
            children = [int(pid) for pid in file.read().split()]
        for pid in [self.process.pid, *children]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        # PostgreSQL refuses to start while one of them is alive.
        while any(os.path.exists(f"/proc/{pid}") for pid in children):
            time.sleep(0.02)

    def is_ready(self):
        return subprocess.run([f"{self.binaries}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres"]).returncode == 0

    def execute(self, sql):
        return subprocess.run([f"{self.binaries}/psql", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-c", sql],
                              capture_output=True, text=True)
