#pragma once

struct sqlite3;

/// Registers a VFS between SQLite and its files, as the default for all databases opened from now on. Later calls do nothing.
/// The VFS passes every call through until `shippy_gather_log` is called for a connection.
///
/// Returns an SQLite result code.
int shippy_add_log_layer(void);

/// Makes a connection write its write-ahead log in large pieces. SQLite alone writes each page with two calls, one of them for 24
/// bytes. The bytes that a commit adds to the log are gathered, and written at the latest when the commit syncs the log. So use
/// this only for connections that sync each commit before others can read it.
///
/// Returns 1. Returns 0 and changes nothing if the connection has no log of this VFS, or if the log's file system does not have
/// SQLITE_IOCAP_POWERSAFE_OVERWRITE.
int shippy_gather_log(struct sqlite3 *connection);

/// Returns 1 if the path of a connection's write-ahead log no longer leads to the file that the connection has open, otherwise 0.
/// Also returns 0 if the connection has no log of this VFS. SQLite itself checks this only for the database file.
int shippy_log_has_moved(struct sqlite3 *connection);
