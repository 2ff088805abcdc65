"""Settles what was promised against what is there. Knows nothing of how shippy works."""
import dataclasses


@dataclasses.dataclass
class Interruption:
    """A process was killed, or stood still. At most `connections` mails were in its hands that may be sent twice."""
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


@dataclasses.dataclass
class Finding:
    """Something that does not come out even."""
    kind: str
    count: int
    examples: list


class Accountant:
    # Each finding is what its query selects: one line for each case.
    queries = {
        "acknowledged users that are gone":
            "SELECT user || ' ' || address FROM acknowledged WHERE user NOT IN (SELECT user FROM users)",
        "acknowledged users with another address":
            "SELECT user || ' ' || a.address || ': ' || u.address FROM acknowledged a JOIN users u USING (user) WHERE u.address <> a.address",
        "addresses with several users":
            "SELECT address FROM users GROUP BY address HAVING count(*) > 1",
        "events that are on the bus more than once":
            "SELECT event || ': ' || count(*) || ' times' FROM stream GROUP BY event HAVING count(*) > 1",
        "events of two users":
            "SELECT event FROM events GROUP BY event HAVING count(*) > 1",
        "events without a user":
            "SELECT event || ' ' || user FROM events WHERE user NOT IN (SELECT user FROM users)",
        "users with several event ids":
            "SELECT user || ': ' || group_concat(event, ' ') FROM ids GROUP BY user HAVING count(*) > 1",
        "users without event and mail":
            "SELECT user || ' ' || address FROM users WHERE user NOT IN (SELECT user FROM ids) AND user NOT IN (SELECT user FROM too_large)",
        "events without a mail":
            "SELECT user || ': ' || group_concat(event, ' ') FROM ids GROUP BY user HAVING max(is_mailed) = 0",
        "events that are too large and went out":
            "SELECT user || ' ' || event FROM ids WHERE user IN (SELECT user FROM too_large)",
        "mails to nobody":
            "SELECT event || ' ' || address FROM mails WHERE address NOT IN (SELECT address FROM users)",
    }
    # Only where the bus was never lost.
    queries_of_a_whole_stream = {
        "users without an event on the bus":
            "SELECT user || ' ' || address FROM users WHERE user NOT IN (SELECT user FROM stream) AND user NOT IN (SELECT user FROM too_large)",
    }

    def __init__(self):
        self.interruptions = []
        # What is wrong whatever the books say, such as a process that ended by itself.
        self.incidents = []

    def interrupted(self, kind, began, connections):
        interruption = Interruption(kind, began, connections)
        self.interruptions.append(interruption)
        return interruption

    def settle(self, books, *, is_stream_whole):
        """What does not come out even, as findings."""
        books.close_entries()
        queries = self.queries | (self.queries_of_a_whole_stream if is_stream_whole else {})
        cases = {kind: [text for text, in books.select(query)] for kind, query in queries.items()}
        cases["copies of mails without a reason"] = self.copies_without_reason(books)
        cases["incidents"] = self.incidents
        return [Finding(kind, len(texts), sorted(set(texts))[:5]) for kind, texts in cases.items() if texts]

    def copies_without_reason(self, books):
        repeated = books.select("""
            SELECT time, earlier, event, address FROM (
                SELECT time, event, address, lag(time) OVER (PARTITION BY address, event ORDER BY time) AS earlier FROM mails
            ) WHERE earlier IS NOT NULL ORDER BY time, earlier
            """)
        unexplained = []
        for copy, first, event, address in repeated:
            reason = next((each for each in self.interruptions if each.explains(first, copy)), None)
            if reason:
                reason.copies += 1
            else:
                unexplained.append(f"{event} {address}: after {copy - first:.1f} s, at {copy:.3f}")
        return unexplained
