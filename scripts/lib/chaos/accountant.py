"""Settles what was promised against what is there. Knows nothing of how shippy works."""
import collections
import dataclasses


@dataclasses.dataclass
class Interruption:
    """A process that sends mail was killed, or stood still. At most `connections` mails were in its hands."""
    kind: str
    began: float
    connections: int
    ended: float = 0
    copies: int = 0

    # How long a mail may have been in hand: accepted by the server, and not yet recorded.
    in_hand = 60
    # How long after it goes on a process may still finish what it had begun.
    after = 40

    def explains(self, first, copy):
        """Whether it is the reason for a copy at one time of what was accepted at another."""
        ended = self.ended or self.began
        return self.copies < self.connections and copy >= self.began and self.began - self.in_hand <= first <= ended + self.after


class Accountant:
    def __init__(self):
        self.interruptions = []
        # What is wrong whatever the books say, such as a process that ended by itself.
        self.incidents = []

    def interrupted(self, kind, began, connections):
        interruption = Interruption(kind, began, connections)
        self.interruptions.append(interruption)
        return interruption

    def settle(self, acknowledged, users, stream, seen, mails, *, is_stream_whole):
        """What does not come out even: a list of texts for each kind of defect.

        acknowledged: (id, address) of each answer; users: (id, address) as the service lists them; stream: (event id, user
        id) of the bus at the end, in order; seen: the same by an outside listener; mails: (Message-ID, address,
        connection, time) that SMTP accepted, in order.
        """
        wrong = collections.defaultdict(list)
        addresses = dict(users)
        for user, address in acknowledged:
            if user not in addresses:
                wrong["acknowledged users that are gone"].append(f"{user} {address}")
            elif addresses[user].lower() != address.lower():
                wrong["acknowledged users with another address"].append(f"{user} {address}: {addresses[user]}")
        for address, count in collections.Counter(address.lower() for _, address in users).items():
            if count > 1:
                wrong["addresses with several users"].append(address)

        for event, count in collections.Counter(event for event, _ in stream).items():
            if count > 1:
                wrong["events that are on the bus more than once"].append(f"{event}: {count} times")
        events = collections.defaultdict(set)
        owners = {}
        for event, user in [*stream, *seen]:
            events[user].add(event)
            if owners.setdefault(event, user) != user:
                wrong["events of two users"].append(event)
        for user in events.keys() - addresses.keys():
            wrong["events without a user"].append(user)
        whole = {user for _, user in stream}
        copies = collections.defaultdict(list)
        for message, address, connection, when in mails:
            copies[message.rsplit("@", 1)[0], address.lower()].append((float(when), connection))
        by_address = collections.defaultdict(set)
        for message, address in copies:
            by_address[address].add(message)
        for user, address in addresses.items():
            messages = by_address.get(address.lower(), set())
            ids = events[user] | messages
            if not ids:
                wrong["users without event and mail"].append(f"{user} {address}")
            elif len(ids) > 1:
                wrong["users with several event ids"].append(f"{user} {address}: {' '.join(sorted(ids))}")
            elif not messages:
                wrong["events without a mail"].append(f"{user} {address}: {' '.join(ids)}")
            if ids and is_stream_whole and user not in whole:
                wrong["users without an event on the bus"].append(f"{user} {address}")
        known = {address.lower() for address in addresses.values()}
        for address in by_address.keys() - known:
            wrong["mails to nobody"].append(address)

        repeated = sorted((later[0], earlier[0], key) for key, times in copies.items() for earlier, later in zip(sorted(times), sorted(times)[1:]))
        for copy, first, (message, address) in repeated:
            reason = next((each for each in self.interruptions if each.explains(first, copy)), None)
            if reason:
                reason.copies += 1
            else:
                wrong["copies of mails without a reason"].append(f"{message} {address}: after {copy - first:.1f} s, at {copy:.3f}")
        for incident in self.incidents:
            wrong["incidents"].append(incident)
        return wrong
