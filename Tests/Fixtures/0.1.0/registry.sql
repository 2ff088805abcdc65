BEGIN TRANSACTION;
CREATE TABLE changes(
    revision INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    service TEXT NOT NULL,
    id TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE TABLE engine(
    id INTEGER PRIMARY KEY CHECK (id = 1),
    uuid TEXT NOT NULL,
    boot TEXT NOT NULL,
    clock_offset INTEGER NOT NULL,
    latest INTEGER NOT NULL
);
INSERT INTO "engine" VALUES(1,'d353cc7c-92a0-4775-9125-e46d9191eace','0b937a47-50a9-4044-955b-935c8c372d9c',1795551277488,1795552061548);
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO "grdb_migrations" VALUES('1 instances');
INSERT INTO "grdb_migrations" VALUES('2 columns instead of JSON');
INSERT INTO "grdb_migrations" VALUES('3 the file it was made in');
CREATE TABLE instances(
    service TEXT NOT NULL,
    id TEXT NOT NULL,
    lease INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    boot TEXT NOT NULL,
    revision INTEGER NOT NULL,
    address TEXT NOT NULL,
    protocol TEXT NOT NULL,
    version TEXT NOT NULL,
    metadata TEXT NOT NULL,
    ttl REAL NOT NULL,
    registered_at INTEGER,
    PRIMARY KEY (service, id)
) WITHOUT ROWID;
CREATE TABLE meta(id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL, file TEXT);
INSERT INTO "meta" VALUES(1,18,'65024:16280080');
CREATE TABLE probe(id INTEGER PRIMARY KEY, at INTEGER);
INSERT INTO "probe" VALUES(1,1795552062518);
CREATE INDEX instances_expires_at ON instances(expires_at);
CREATE INDEX instances_boot ON instances(boot);
COMMIT;
