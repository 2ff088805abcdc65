#pragma once

struct sqlite3;

/// Puts a layer between SQLite and its files, from the next database on that is opened. Until `shippy_gather_log` is called for a
/// connection it does nothing.
///
/// Returns a code of SQLite's.
int shippy_add_log_layer(void);

/// Has a connection write its write-ahead log in large pieces: SQLite writes each page of it with two calls, one of them for 24
/// bytes. What a commit adds to the log is gathered, and written when the commit syncs it; so this is for connections that sync
/// each commit, before anybody else is told of it.
///
/// Returns 1, or 0 where the connection has no such log: then all is as without it.
int shippy_gather_log(struct sqlite3 *connection);

/// Whether the file at the path of a connection's write-ahead log is not the one that it has open. SQLite itself only knows this
/// of the database's file.
int shippy_log_has_moved(struct sqlite3 *connection);
