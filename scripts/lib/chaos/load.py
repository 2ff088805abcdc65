"""Creates users over kept-alive HTTP connections, and writes down each one that was acknowledged.

    load.py --targets FILE --count N --rate N --connections N --out FILE

FILE of targets has one HOST:PORT a line and may change at any time. A request without an answer, or with a 5xx, is asked
again under the same idempotency key until it is answered. Each line of the output is `ID EMAIL TIME`. Ends when every
creation is acknowledged or refused, and prints counts as JSON.
"""
import argparse
import asyncio
import collections
import json
import os
import random
import time
import uuid

parser = argparse.ArgumentParser()
parser.add_argument("--targets", required=True)
parser.add_argument("--count", type=int, required=True)
parser.add_argument("--rate", type=float, required=True)
parser.add_argument("--connections", type=int, default=24)
parser.add_argument("--out", required=True)
options = parser.parse_args()

run = uuid.uuid4().hex[:8]
out = open(options.out, "a", buffering=1)
counts = collections.Counter()
refused = []
numbers = iter(range(options.count))
began = time.monotonic()


def targets():
    try:
        with open(options.targets) as file:
            return file.read().split()
    except FileNotFoundError:
        return []


class Connection:
    def __init__(self):
        self.reader = self.writer = None

    async def ask(self, request):
        """The status and the body, or None when there was no answer."""
        try:
            if self.writer is None:
                known = targets()
                if not known:
                    return None
                host, port = random.choice(known).rsplit(":", 1)
                self.reader, self.writer = await asyncio.wait_for(asyncio.open_connection(host, int(port)), 5)
            self.writer.write(request)
            head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 15)
            fields = head.lower()
            at = fields.find(b"content-length:")
            length = int(fields[at + 15:fields.index(b"\r\n", at)]) if at >= 0 else 0
            body = await asyncio.wait_for(self.reader.readexactly(length), 15)
            status = int(head[9:12])
            if b"connection: close" in fields:
                self.close()
            return status, body
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError, ValueError):
            self.close()
            return None

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


async def client():
    connection = Connection()
    for number in numbers:
        wait = began + number / options.rate - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        email = f"u{run}-{number}@example.com"
        body = json.dumps({"email": email}).encode()
        request = (f"POST /create HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nIdempotency-Key: {run}-{number}\r\n"
                   f"Content-Length: {len(body)}\r\n\r\n").encode() + body
        while True:
            answer = await connection.ask(request)
            if answer is None:
                counts["no answer"] += 1
            elif answer[0] == 200:
                out.write(f"{json.loads(answer[1])['id']} {email} {time.time():.3f}\n")
                counts["acknowledged"] += 1
                break
            else:
                counts[str(answer[0])] += 1
                if answer[0] < 500 and answer[0] != 429:
                    refused.append(f"{email}: {answer[0]} {answer[1][:200].decode(errors='replace')}")
                    break
                if random.random() < 0.2:
                    # Perhaps another instance can.
                    connection.close()
            await asyncio.sleep(random.uniform(0.02, 0.2))
    connection.close()


async def main():
    await asyncio.gather(*(client() for _ in range(options.connections)))
    print(json.dumps({"counts": counts, "refused": refused[:100], "seconds": time.monotonic() - began}), flush=True)


os.nice(1)
asyncio.run(main())
