#include "logfile.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/*
 * SQLite's own functions for a write-ahead log, except for writes: consecutive bytes are kept in memory until the buffer is full,
 * the file is synced, or it is used in another way. No other connection reads them earlier, because SQLite updates the index of
 * the log, which tells others how far the log is valid, only after it has synced the log. A crash loses only bytes of a commit
 * that has not returned.
 *
 * A disk error is reported later than without this layer, but before the commit returns, and so to the same caller.
 */

/* SQLite's unix VFS writes at most 128 KiB - 1 per call: it takes larger sizes modulo 128 KiB. */
#define MOST (120 * 1024)

struct log {
    sqlite3_file base;
    int gathers;
    char *bytes;
    int used;
    sqlite3_int64 offset;
    /* The error that lost gathered bytes, until a write or a sync has returned it; otherwise SQLITE_OK. */
    int failure;
    /* The path under which the file was opened, and the file's identity; NULL if unknown. */
    const char *path;
    dev_t device;
    ino_t inode;
    /* The file object of SQLite's own VFS follows. */
};

static sqlite3_vfs *own;
static sqlite3_vfs layer;

static sqlite3_file *file_below(sqlite3_file *file) { return (sqlite3_file *)((struct log *)file + 1); }

/* Writes the gathered bytes, and drops them if that fails. */
static int flush(sqlite3_file *file) {
    struct log *log = (struct log *)file;
    int used = log->used;
    if (!used) return SQLITE_OK;
    log->used = 0;
    sqlite3_file *below = file_below(file);
    return below->pMethods->xWrite(below, log->bytes, used, log->offset);
}

/*
 * For writes and syncs. SQLite ends the transaction if either of them fails. So an error is returned once, and the next transaction
 * begins without it.
 */
static int flush_or_fail(sqlite3_file *file) {
    struct log *log = (struct log *)file;
    int code = log->failure;
    if (code == SQLITE_OK) return flush(file);
    log->failure = SQLITE_OK;
    log->used = 0;
    return code;
}

/* For all other calls. SQLite may ignore their errors, so the error is also kept, to make the transaction fail. */
static int flush_and_remember(sqlite3_file *file) {
    struct log *log = (struct log *)file;
    int code = flush(file);
    if (code != SQLITE_OK && log->failure == SQLITE_OK) log->failure = code;
    return code;
}

static int log_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    struct log *log = (struct log *)file;
    sqlite3_file *below = file_below(file);
    if (log->failure != SQLITE_OK || (log->used && (offset != log->offset + log->used || log->used + count > MOST))) {
        int code = flush_or_fail(file);
        if (code != SQLITE_OK) return code;
    }
    if (!log->gathers || count > MOST) return below->pMethods->xWrite(below, bytes, count, offset);
    if (!log->bytes && !(log->bytes = malloc(MOST))) return below->pMethods->xWrite(below, bytes, count, offset);
    if (!log->used) log->offset = offset;
    memcpy(log->bytes + log->used, bytes, (size_t)count);
    log->used += count;
    return SQLITE_OK;
}

#define FLUSH_FIRST(CALL)                        \
    sqlite3_file *below = file_below(file);      \
    int code = flush_and_remember(file);         \
    return code == SQLITE_OK ? below->pMethods->CALL : code

static int log_sync(sqlite3_file *file, int flags) {
    sqlite3_file *below = file_below(file);
    int code = flush_or_fail(file);
    return code == SQLITE_OK ? below->pMethods->xSync(below, flags) : code;
}
static int log_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) { FLUSH_FIRST(xRead(below, bytes, count, offset)); }
static int log_truncate(sqlite3_file *file, sqlite3_int64 size) { FLUSH_FIRST(xTruncate(below, size)); }
static int log_size(sqlite3_file *file, sqlite3_int64 *size) { FLUSH_FIRST(xFileSize(below, size)); }
static int log_control(sqlite3_file *file, int operation, void *argument) { FLUSH_FIRST(xFileControl(below, operation, argument)); }

static int log_close(sqlite3_file *file) {
    struct log *log = (struct log *)file;
    sqlite3_file *below = file_below(file);
    flush(file);
    free(log->bytes);
    return below->pMethods->xClose(below);
}

#define AS_BELOW(CALL)                      \
    sqlite3_file *below = file_below(file); \
    return below->pMethods->CALL

static int log_lock(sqlite3_file *file, int level) { AS_BELOW(xLock(below, level)); }
static int log_unlock(sqlite3_file *file, int level) { AS_BELOW(xUnlock(below, level)); }
static int log_reserved(sqlite3_file *file, int *is) { AS_BELOW(xCheckReservedLock(below, is)); }
static int log_sector(sqlite3_file *file) { AS_BELOW(xSectorSize(below)); }
static int log_device(sqlite3_file *file) { AS_BELOW(xDeviceCharacteristics(below)); }

/* A log is never mapped and has no shared memory, so version 1 has all its methods. */
static const sqlite3_io_methods log_methods = {
    .iVersion = 1,
    .xClose = log_close,
    .xRead = log_read,
    .xWrite = log_write,
    .xTruncate = log_truncate,
    .xSync = log_sync,
    .xFileSize = log_size,
    .xLock = log_lock,
    .xUnlock = log_unlock,
    .xCheckReservedLock = log_reserved,
    .xFileControl = log_control,
    .xSectorSize = log_sector,
    .xDeviceCharacteristics = log_device,
};

static int layer_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *granted) {
    (void)vfs;
    if (!(flags & SQLITE_OPEN_WAL)) return own->xOpen(own, name, file, flags, granted);
    memset(file, 0, sizeof(struct log));
    sqlite3_file *below = file_below(file);
    below->pMethods = NULL;
    int code = own->xOpen(own, name, below, flags, granted);
    /* SQLite closes a file that has methods, even if it could not be opened. */
    if (below->pMethods) file->pMethods = &log_methods;
    struct stat status;
    struct log *log = (struct log *)file;
    if (code == SQLITE_OK && name && stat(name, &status) == 0) {
        /* SQLite keeps the name valid while the file is open. */
        log->path = name;
        log->device = status.st_dev;
        log->inode = status.st_ino;
    }
    return code;
}

static int layer_delete(sqlite3_vfs *vfs, const char *name, int sync) { (void)vfs; return own->xDelete(own, name, sync); }
static int layer_access(sqlite3_vfs *vfs, const char *name, int flags, int *is) { (void)vfs; return own->xAccess(own, name, flags, is); }
static int layer_path(sqlite3_vfs *vfs, const char *name, int count, char *path) { (void)vfs; return own->xFullPathname(own, name, count, path); }

static int outcome;

static void add(void) {
    own = sqlite3_vfs_find(NULL);
    if (!own) {
        outcome = SQLITE_ERROR;
        return;
    }
    /* All other methods, and the pAppData that they use, are those of SQLite's own VFS. */
    layer = *own;
    layer.zName = "shippy";
    layer.pNext = NULL;
    layer.szOsFile = (int)sizeof(struct log) + own->szOsFile;
    layer.xOpen = layer_open;
    layer.xDelete = layer_delete;
    layer.xAccess = layer_access;
    layer.xFullPathname = layer_path;
    outcome = sqlite3_vfs_register(&layer, 1);
}

int shippy_add_log_layer(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, add);
    return outcome;
}

/* A connection's log; NULL if it has none, or none of this VFS. */
static struct log *log_of(sqlite3 *connection) {
    sqlite3_file *file = NULL;
    if (sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) != SQLITE_OK) return NULL;
    return file && file->pMethods == &log_methods ? (struct log *)file : NULL;
}

int shippy_gather_log(sqlite3 *connection) {
    struct log *log = log_of(connection);
    /* Without this property, SQLite pads a commit to whole sectors and syncs in the middle of it. */
    if (!log || !(log_device(&log->base) & SQLITE_IOCAP_POWERSAFE_OVERWRITE)) return 0;
    log->gathers = 1;
    return 1;
}

int shippy_log_has_moved(sqlite3 *connection) {
    struct log *log = log_of(connection);
    if (!log || !log->path) return 0;
    struct stat status;
    return stat(log->path, &status) != 0 || status.st_dev != log->device || status.st_ino != log->inode;
}
