"""Guesses passwords over HTTP: ADDRESS GUESSES ACCOUNTS SOURCES CONNECTIONS.

Guesses GUESSES times in all, evenly over ACCOUNTS accounts (account-0@example.com and so on), from SOURCES addresses
(127.0.0.2 and on) with CONNECTIONS connections each. Says "attacking" after the first answer, and at the end one line of JSON:
the answers by status, and the seconds that it took.
"""
import collections
import http.client
import itertools
import json
import sys
import threading
import time

address, guesses, accounts, sources, connections = sys.argv[1], *map(int, sys.argv[2:])
numbers = itertools.count()
statuses = collections.Counter()
lock = threading.Lock()


def attack(source):
    connection = http.client.HTTPConnection(address, timeout=50, source_address=(source, 0))
    while True:
        with lock:
            number = next(numbers)
        if number >= guesses:
            return
        body = json.dumps({"email": f"account-{number % accounts}@example.com", "password": f"guess {number}"})
        connection.request("POST", "/api/v1/auth/login", body)
        answer = connection.getresponse()
        answer.read()
        with lock:
            if not statuses:
                print("attacking", flush=True)
            statuses[answer.status] += 1


start = time.monotonic()
threads = [threading.Thread(target=attack, args=(f"127.0.0.{2 + source}",)) for source in range(sources) for _ in range(connections)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps({"statuses": statuses, "seconds": time.monotonic() - start}), flush=True)
