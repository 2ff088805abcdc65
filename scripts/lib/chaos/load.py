"""Creates users over kept-alive HTTP connections, and records each acknowledged one.

    load.py --targets FILE --count N --rate N --connections N --out FILE

The file of targets has one HOST:PORT per line, and may change at any time. A request without an answer, or with 429 or a 5xx,
is repeated with the same idempotency key until it gets another answer. Each line of the output is `ID EMAIL TIME`. Ends when
every creation is acknowledged or refused, and prints counts as JSON.

The load generator shares the processors with the program under load. So it waits for all sockets at once and parses answers
itself, which takes some 20 µs for each creation.
"""
import argparse
import collections
import heapq
import json
import os
import random
import select
import socket
import time
import uuid

# The limits for connecting and for an answer, in seconds.
connect_limit, answer_limit = 5, 5

parser = argparse.ArgumentParser()
parser.add_argument("--targets", required=True)
parser.add_argument("--count", type=int, required=True)
parser.add_argument("--rate", type=float, required=True)
parser.add_argument("--connections", type=int, default=32)
parser.add_argument("--out", required=True)
options = parser.parse_args()


class Load:
    def __init__(self):
        self.run = uuid.uuid4().hex[:8]
        self.counts, self.refused = collections.Counter(), []
        self.out = os.open(options.out, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.lines = []
        self.poll, self.clients = select.epoll(), {}
        # A heap of the clients that wait until a time, as (time, number, client).
        self.resting = []
        self.numbers = iter(range(options.count))
        self.began = time.monotonic()

    def targets(self):
        try:
            with open(options.targets) as file:
                return file.read().split()
        except FileNotFoundError:
            return []

    def go(self):
        clients = [Client(self, number) for number in range(options.connections)]
        for client in clients:
            client.next()
        next_look = 0
        while self.clients or self.resting:
            now = time.monotonic()
            wait = min(0.25, max(0, self.resting[0][0] - now)) if self.resting else 0.25
            for descriptor, _ in self.poll.poll(wait):
                # An earlier event of this round may have closed it.
                client = self.clients.get(descriptor)
                if client:
                    client.ready()
            if self.lines:
                os.write(self.out, "".join(self.lines).encode())
                self.lines.clear()
            now = time.monotonic()
            while self.resting and self.resting[0][0] <= now:
                heapq.heappop(self.resting)[2].ask()
            if now >= next_look:
                next_look = now + 0.25
                for client in list(self.clients.values()):
                    if client.is_asking and now > client.deadline:
                        client.lose()
        print(json.dumps({"counts": self.counts, "refused": self.refused[:100], "seconds": time.monotonic() - self.began}), flush=True)


class Client:
    """One connection, with one request at a time."""

    def __init__(self, load, number):
        self.load, self.number = load, number
        self.socket = None
        self.is_connected = self.is_asking = False
        self.request = self.email = None
        self.answer = b""
        self.deadline = 0

    def next(self):
        number = next(self.load.numbers, None)
        if number is None:
            self.close()
            return
        self.email = f"u{self.load.run}-{number}@d{number % 8}.example.com"
        body = f'{{"email": "{self.email}"}}'
        self.request = (f"POST /create HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                        f"Idempotency-Key: {self.load.run}-{number}\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode()
        due = self.load.began + number / options.rate
        if due > time.monotonic():
            self.rest_until(due)
        else:
            self.ask()

    def rest_until(self, due):
        heapq.heappush(self.load.resting, (due, self.number, self))

    def ask(self):
        self.is_asking, self.answer = True, b""
        if self.socket is None:
            self.connect()
        else:
            self.send()

    def connect(self):
        known = self.load.targets()
        if not known:
            return self.lose()
        host, port = random.choice(known).rsplit(":", 1)
        self.deadline = time.monotonic() + connect_limit
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.is_connected = False
        self.load.clients[self.socket.fileno()] = self
        self.load.poll.register(self.socket, select.EPOLLOUT)
        self.socket.connect_ex((host, int(port)))

    def send(self):
        self.deadline = time.monotonic() + answer_limit
        try:
            if self.socket.send(self.request) < len(self.request):
                self.lose()
        except OSError:
            self.lose()

    def ready(self):
        if not self.is_connected:
            if self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                return self.lose()
            self.is_connected = True
            self.load.poll.modify(self.socket, select.EPOLLIN)
            return self.send()
        try:
            data = self.socket.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            return self.lose() if self.is_asking else self.close()
        if not self.is_asking:
            # Before the server closes an idle connection, it may send the reason.
            return self.close()
        self.answer = self.answer + data if self.answer else data
        end = self.answer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.answer[:end + 2].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15:head.index(b"\r\n", at)]) if at >= 0 else 0
        if len(self.answer) < end + 4 + length:
            return
        self.is_asking = False
        if b"connection: close" in head:
            self.close()
        self.answered(int(head[9:12]), self.answer[end + 4:end + 4 + length])

    def answered(self, status, body):
        counts = self.load.counts
        if status == 200:
            self.load.lines.append(f"{json.loads(body)['id']} {self.email} {time.time():.3f}\n")
            counts["acknowledged"] += 1
            return self.next()
        counts[str(status)] += 1
        if status < 500 and status != 429:
            self.load.refused.append(f"{self.email}: {status} {body[:200].decode(errors='replace')}")
            return self.next()
        if random.random() < 0.2:
            # Another instance may succeed.
            self.close()
        self.try_again()

    def lose(self):
        """Handles a request that got no answer."""
        self.load.counts["no answer"] += 1
        self.close()
        self.try_again()

    def try_again(self):
        self.is_asking = False
        self.rest_until(time.monotonic() + random.uniform(0.02, 0.2))

    def close(self):
        if self.socket is not None:
            del self.load.clients[self.socket.fileno()]
            self.load.poll.unregister(self.socket)
            self.socket.close()
        self.socket, self.is_connected, self.is_asking = None, False, False


os.nice(1)
Load().go()
