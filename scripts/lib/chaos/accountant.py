"""Checks the promises against the books. Knows nothing of how shippy works."""
import dataclasses


@dataclasses.dataclass
class Interruption:
    """A process was killed or paused. At most `connections` of its mails may be sent twice."""
    kind: str
    began: float
    connections: int
    ended: float = 0
    copies: int = 0

    # Seconds from the server's acceptance of a mail until shippy must have recorded it.
    in_hand = 60
    # Seconds after a pause in which a process may still finish the mails that it had begun.
    after = 40

    def explains(self, first, copy):
        """Whether this interruption explains a copy that was accepted at `copy`, of a mail that was accepted at `first`."""
        ended = self.ended or self.began
        return self.copies < self.connections and copy >= self.began and self.began - self.in_hand <= first <= ended + self.after


@dataclasses.dataclass
class Finding:
    """A kind of broken promise, with the number of cases and some examples."""
    kind: str
    count: int
    examples: list


class Accountant:
    # Each query selects the cases of a finding, one line for each.
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
    # Only if the stream was never lost.
    queries_of_a_whole_stream = {
        "users without an event on the bus":
            "SELECT user || ' ' || address FROM users WHERE user NOT IN (SELECT user FROM stream) AND user NOT IN (SELECT user FROM too_large)",
    }

    def __init__(self):
        self.interruptions = []
        # Errors that are not in the books, such as a process that ended unexpectedly.
        self.incidents = []

    def interrupted(self, kind, began, connections):
        interruption = Interruption(kind, began, connections)
        self.interruptions.append(interruption)
        return interruption

    def settle(self, books, *, is_stream_whole):
        """Returns the findings: all broken promises, and all incidents."""
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
