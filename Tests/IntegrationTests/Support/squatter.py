"""Listens on a port that a service has left, speaks just enough HTTP/2 to be called, and shows all that it is sent.

PORT once: takes one connection and closes its listener.
PORT open: takes every connection.
"""

import socket
import struct
import sys
import threading

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS, HEADERS = 4, 1


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def serve(connection):
    print("connected", flush=True)
    connection.sendall(frame(SETTINGS, 0, 0))
    data, seen = b"", 0
    try:
        while piece := connection.recv(65536):
            print("got", repr(piece), flush=True)
            data += piece
            if seen == 0 and len(data) >= len(PREFACE):
                seen = len(PREFACE)
            while seen and len(data) >= seen + 9:
                length = int.from_bytes(data[seen:seen + 3], "big")
                kind, flags, stream = data[seen + 3], data[seen + 4], int.from_bytes(data[seen + 5:seen + 9], "big")
                if len(data) < seen + 9 + length:
                    break
                seen += 9 + length
                if kind == SETTINGS and not flags & 1:
                    connection.sendall(frame(SETTINGS, 1, 0))
                elif kind == HEADERS:
                    # `:status: 404`, and the end of the stream.
                    connection.sendall(frame(HEADERS, 5, stream, b"\x8d"))
    except OSError:
        pass
    print("closed", flush=True)


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", int(sys.argv[1])))
listener.listen()
print("listening", flush=True)
if sys.argv[2] == "once":
    connection = listener.accept()[0]
    listener.close()
    serve(connection)
else:
    while True:
        threading.Thread(target=serve, args=[listener.accept()[0]], daemon=True).start()
