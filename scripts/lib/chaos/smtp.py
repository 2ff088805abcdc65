"""An SMTP server that writes down each mail it has accepted, before it says so.

    smtp.py --out FILE --mode FILE

Prints its port. Each line of the output is `MESSAGE-ID RECIPIENT CONNECTION TIME`. The file of the mode is looked at for
each command; it holds one word:

    hang      takes the mail after DATA and never answers; the connection is cut when the mode ends
    refuse    554 instead of a greeting
    later     451 to RCPT
    none      everything is accepted
"""
import argparse
import asyncio
import itertools
import time

parser = argparse.ArgumentParser()
parser.add_argument("--out", required=True)
parser.add_argument("--mode", required=True)
options = parser.parse_args()
out = open(options.out, "a", buffering=1)
numbers = itertools.count(1)
sessions = set()
current = "none"


class Session(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.number = next(numbers)
        self.buffer = b""
        self.is_data = self.hangs = False
        self.recipient = ""
        sessions.add(self)
        if current == "refuse":
            transport.write(b"554 no service here\r\n")
            transport.close()
        else:
            transport.write(b"220 chaos ESMTP\r\n")

    def connection_lost(self, error):
        sessions.discard(self)

    def data_received(self, data):
        self.buffer += data
        while not self.hangs and not self.transport.is_closing():
            if self.is_data:
                end = self.buffer.find(b"\r\n.\r\n")
                if end < 0:
                    return
                message, self.buffer = self.buffer[:end], self.buffer[end + 5:]
                self.is_data = False
                if current == "hang":
                    self.hangs = True
                    return
                self.accept(message)
                continue
            end = self.buffer.find(b"\r\n")
            if end < 0:
                return
            line, self.buffer = self.buffer[:end], self.buffer[end + 2:]
            self.command(line)

    def command(self, line):
        verb = line[:4].upper()
        if verb == b"RCPT":
            self.recipient = line[line.index(b"<") + 1:line.rindex(b">")].decode()
            self.transport.write(b"451 4.3.0 later\r\n" if current == "later" else b"250 ok\r\n")
        elif verb == b"DATA":
            self.is_data = True
            self.transport.write(b"354 go on\r\n")
        elif verb == b"QUIT":
            self.transport.write(b"221 bye\r\n")
            self.transport.close()
        else:
            self.transport.write(b"250 ok\r\n")

    def accept(self, message):
        at = message.lower().index(b"message-id:")
        key = message[at + 11:message.index(b"\r\n", at)].strip().strip(b"<>").decode()
        out.write(f"{key} {self.recipient} {self.number} {time.time():.3f}\n")
        self.transport.write(b"250 2.0.0 accepted\r\n")


async def main():
    global current
    server = await asyncio.get_running_loop().create_server(Session, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    while True:
        await asyncio.sleep(0.05)
        try:
            with open(options.mode) as file:
                new = file.read().strip() or "none"
        except FileNotFoundError:
            new = "none"
        if new != current:
            current = new
            for session in [session for session in sessions if session.hangs]:
                session.transport.abort()


asyncio.run(main())
