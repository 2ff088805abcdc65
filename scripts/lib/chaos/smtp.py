"""An SMTP server that records each mail before it accepts it.

    smtp.py --out FILE --mode FILE

Prints its port. Each line of the output is `MESSAGE-ID RECIPIENT CONNECTION TIME`. The mode file is read twenty times a
second. It contains one word:

    hang      receives the mail after DATA and never answers; closes the connection when the mode changes
    refuse    sends 554 instead of a greeting
    later     answers 451 to RCPT
    none      accepts everything
"""
import argparse
import os
import select
import socket
import time

parser = argparse.ArgumentParser()
parser.add_argument("--out", required=True)
parser.add_argument("--mode", required=True)
options = parser.parse_args()


class Server:
    def __init__(self):
        self.out = os.open(options.out, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.listener.setblocking(False)
        self.poll, self.sessions, self.count = select.epoll(), {}, 0
        self.poll.register(self.listener, select.EPOLLIN)
        self.mode = "none"

    def go(self):
        print(self.listener.getsockname()[1], flush=True)
        next_look = 0
        while True:
            for descriptor, _ in self.poll.poll(0.05):
                if descriptor == self.listener.fileno():
                    self.accept()
                elif descriptor in self.sessions:
                    self.sessions[descriptor].ready()
            now = time.monotonic()
            if now >= next_look:
                next_look = now + 0.05
                self.look_at_mode()

    def accept(self):
        try:
            connection, _ = self.listener.accept()
        except OSError:
            return
        self.count += 1
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        session = Session(self, connection, self.count)
        self.sessions[connection.fileno()] = session
        self.poll.register(connection, select.EPOLLIN)
        session.greet()

    def look_at_mode(self):
        try:
            with open(options.mode) as file:
                new = file.read().strip() or "none"
        except FileNotFoundError:
            new = "none"
        if new != self.mode:
            self.mode = new
            for session in [session for session in self.sessions.values() if session.hangs]:
                session.close()

    def write_down(self, key, recipient, number):
        os.write(self.out, f"{key} {recipient} {number} {time.time():.3f}\n".encode())


class Session:
    def __init__(self, server, connection, number):
        self.server, self.connection, self.number = server, connection, number
        self.buffer = b""
        self.is_data = self.hangs = self.is_closed = False
        self.recipient = ""

    def greet(self):
        if self.server.mode == "refuse":
            self.say(b"554 no service here\r\n")
            self.close()
        else:
            self.say(b"220 chaos ESMTP\r\n")

    def say(self, line):
        try:
            # A few bytes always fit, because the client is waiting for them.
            self.connection.send(line)
        except OSError:
            self.close()

    def close(self):
        if not self.is_closed:
            self.is_closed = True
            del self.server.sessions[self.connection.fileno()]
            self.server.poll.unregister(self.connection)
            self.connection.close()

    def ready(self):
        try:
            data = self.connection.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            return self.close()
        self.buffer += data
        while not self.hangs and not self.is_closed:
            mark = b"\r\n.\r\n" if self.is_data else b"\r\n"
            end = self.buffer.find(mark)
            if end < 0:
                return
            text, self.buffer = self.buffer[:end], self.buffer[end + len(mark):]
            if self.is_data:
                self.message(text)
            else:
                self.command(text)

    def command(self, line):
        verb = line[:4].upper()
        if verb == b"RCPT":
            self.recipient = line[line.index(b"<") + 1:line.rindex(b">")].decode()
            self.say(b"451 4.3.0 later\r\n" if self.server.mode == "later" else b"250 ok\r\n")
        elif verb == b"DATA":
            self.is_data = True
            self.say(b"354 go on\r\n")
        elif verb == b"QUIT":
            self.say(b"221 bye\r\n")
            self.close()
        else:
            self.say(b"250 ok\r\n")

    def message(self, text):
        self.is_data = False
        if self.server.mode == "hang":
            self.hangs = True
            return
        at = text.lower().index(b"message-id:")
        end = text.find(b"\r\n", at)
        key = text[at + 11:end if end >= 0 else len(text)].strip().strip(b"<>").decode()
        self.server.write_down(key, self.recipient, self.number)
        self.say(b"250 2.0.0 accepted\r\n")


Server().go()
