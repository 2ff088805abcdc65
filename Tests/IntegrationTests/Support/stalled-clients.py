"""Clients that begin a request and never end it: ADDRESS COUNT.

Says "open" when all of them have begun, and "closed" when the server has closed them all.
"""
import resource
import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
clients = []
for number in range(int(sys.argv[2])):
    client = socket.create_connection((host, int(port)))
    client.sendall(b"POST /cre" if number % 2 else b"POST /create HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    clients.append(client)
print("open", flush=True)
for client in clients:
    try:
        while client.recv(4096):
            pass
    except ConnectionResetError:
        pass
print("closed", flush=True)
