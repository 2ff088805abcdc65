"""What is known from outside, in a database on disk: there may be millions of everything."""
import sqlite3


class Books:
    """
    acknowledged    each answer: the user's id and address
    users           as the service lists them at the end
    stream          events that are on the bus at the end, in order, with the id of their user
    heard           the same by an outside listener, over the whole run
    mails           each mail that SMTP accepted, by its Message-ID, in order
    too_large       users whose event is larger than the bus takes
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
        """What a log on disk says: a row for each line, made from its words."""
        with open(path) as file:
            self.enter(table, (row(line.split()) for line in file))

    def count(self, table):
        return self.database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    def select(self, query):
        return self.database.execute(query)

    def close_entries(self):
        """Puts together what belongs together, once everything is entered.

        events      (event, user) from wherever it is known
        ids         (user, event, is_mailed): each event id that has to do with a user
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
