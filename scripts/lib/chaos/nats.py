"""The part of NATS that the faults need: requests to JetStream, and a listener that records every event."""
import itertools
import json
import re
import socket
import threading
import time


class Connection:
    def __init__(self, port, timeout=5):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.file = self.socket.makefile("rb")
        self.file.readline()
        self.send('CONNECT {"verbose":false,"headers":true,"pedantic":false}\r\n')

    def send(self, text):
        self.socket.sendall(text.encode() if isinstance(text, str) else text)

    def publish(self, subject, payload=b"", reply=""):
        self.send(f"PUB {subject} {reply} {len(payload)}\r\n".encode() + payload + b"\r\n")

    def message(self):
        """Returns the next message, as (headers, payload)."""
        while True:
            line = self.file.readline()
            if not line:
                raise ConnectionError("nats-server has closed the connection")
            if line.startswith(b"PING"):
                self.send("PONG\r\n")
            elif line.startswith((b"MSG ", b"HMSG ")):
                sizes = line.split()
                total = int(sizes[-1])
                head = int(sizes[-2]) if line.startswith(b"HMSG ") else 0
                data = self.file.read(total + 2)[:-2]
                return data[:head].decode(errors="replace"), data[head:]

    def request(self, subject, body=None):
        inbox = f"_INBOX.chaos.{time.monotonic_ns()}"
        self.send(f"SUB {inbox} 1\r\n")
        self.publish(subject, b"" if body is None else json.dumps(body).encode(), inbox)
        answer = json.loads(self.message()[1])
        self.send("UNSUB 1\r\n")
        if "error" in answer:
            raise RuntimeError(f"{subject}: {answer['error']}")
        return answer

    def close(self):
        self.socket.close()


class Listener(threading.Thread):
    """An independent subscriber. It reconnects when nats-server is back, and writes a line `EVENT USER` for each event."""

    def __init__(self, ports, subject, path):
        super().__init__(daemon=True)
        self.ports, self.subject = itertools.cycle(ports), subject
        self.out = open(path, "a", buffering=1)
        self.start()

    def run(self):
        while True:
            try:
                connection = Connection(next(self.ports), timeout=None)
                connection.send(f"SUB {self.subject} 1\r\n")
                while True:
                    headers, payload = connection.message()
                    found = re.search(r"Nats-Msg-Id: *(\S+)", headers)
                    if found:
                        self.out.write(f"{found.group(1)} {json.loads(payload)['id']}\n")
            except (OSError, ConnectionError, ValueError, KeyError):
                time.sleep(0.05)
