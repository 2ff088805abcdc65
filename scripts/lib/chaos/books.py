"""The observations from outside shippy, in a database on disk, because there may be millions of each kind."""
import sqlite3


class Books:
    """
    acknowledged    the ID and address of each acknowledged user
    users           the users that the service lists at the end
    stream          the events on the bus at the end, in order, with the ID of their user
    heard           the events that an outside listener received over the whole run
    mails           the mails that the SMTP server accepted, by Message-ID, in order
    too_large       the users whose event is too large for the bus
    """

    columns = {
        "acknowledged": "user, address", "users": "user, address", "stream": "event, user", "heard": "event, user",
        "mails": "event, address, time", "too_large": "user",
    }

    def __init__(self, path):
        self.database = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode = off", "synchronous = off", "cache_size = -300000"):
            self.database.execute(f"PRAGMA {pragma}")
        for table, columns in self.columns.items():
            self.database.execute(f"CREATE TABLE {table}({columns})")

    def enter(self, table, rows):
        places = ", ".join("?" for _ in self.columns[table].split(","))
        self.database.execute("BEGIN")
        self.database.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
        self.database.execute("COMMIT")

    def enter_log(self, table, path, row):
        """Enters a file: one row for each line, which `row` makes from the line's words."""
        with open(path) as file:
            self.enter(table, (row(line.split()) for line in file))

    def count(self, table):
        return self.database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    def select(self, query):
        return self.database.execute(query)

    def close_entries(self):
        """Combines the tables. Call it once everything is entered.

        events      (event, user), from the stream and from the listener
        ids         (user, event, is_mailed): each event ID of a user, and whether a mail has it
        """
        self.database.executescript("""
            CREATE INDEX users_by_id ON users(user, address);
            CREATE INDEX users_by_address ON users(address, user);
            CREATE INDEX stream_by_event ON stream(event);
            CREATE INDEX stream_by_user ON stream(user);
            CREATE INDEX mails_by_address ON mails(address, event, time);
            CREATE TABLE events AS SELECT event, user FROM stream UNION SELECT event, user FROM heard;
            CREATE TABLE ids AS
                SELECT user, event, max(is_mailed) AS is_mailed FROM (
                    SELECT user, event, 0 AS is_mailed FROM events WHERE user IN (SELECT user FROM users)
                    UNION ALL SELECT user, event, 1 FROM (SELECT DISTINCT address, event FROM mails) JOIN users USING (address)
                ) GROUP BY user, event;
            CREATE INDEX ids_by_user ON ids(user, event, is_mailed);
            """)
