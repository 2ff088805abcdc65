/*
 * What a power cut leaves of a directory: only what was synced.
 *
 * kill -9 leaves the page cache alone, so that a program that never syncs passes every test of it. This library is
 * preloaded into a program and keeps, for each file under a directory, what it held at its last fsync or fdatasync.
 * After kill -9 the directory is put back from that.
 *
 *     cc -shared -fPIC -O2 -o powercut.so powercut.c
 *     cc -O2 -DPOWERCUT_RESTORE -o powercut powercut.c
 *     POWERCUT_ROOT=/data POWERCUT_SHADOW=/shadow LD_PRELOAD=./powercut.so shippy up   # one process or several
 *     ./powercut /data /shadow [SEED]                                                   # after kill -9 of all of them
 *
 * The model is as strict as POSIX allows:
 * - A file's content and size survive as they were when its last sync began. What other threads write meanwhile waits,
 *   and counts for the next one.
 * - A name that was made, renamed or removed survives only when its directory has been synced since. A sync of the file
 *   does not make its name durable, as it does on ext4.
 * - sync_file_range, msync and closing a file make nothing durable.
 * - Files whose name ends in -shm, SQLite's shared memory, are gone.
 * - What is there when the first process starts counts as durable, and so does the root itself.
 *
 * With a SEED each page that was not synced survives by chance, and of the names either all or none: a kernel may write
 * back what it likes, in any order.
 *
 * POWERCUT_COUNT=FILE counts syncs, with or without the rest: FILE then has 64 slots of 56 bytes of name and a 64-bit
 * count, one each for a database (*.db, *-wal, *-journal), "directory" and "other", and one for "changes": writes, syncs,
 * and names that come or go, below the root.
 *
 * POWERCUT_KILL_AFTER=N kills the process in place of change N + 1.
 *
 * A write through a descriptor that was duplicated, or through a mapping, is not seen, and so does not survive: the
 * model errs on the strict side. What cannot be modelled (hard links, moved directories) ends the program.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/*
 * SHADOW/control        lock of the namespace
 * SHADOW/live/…         a tree of hard links to contents: the names as they are now
 * SHADOW/durable/DIR/   the same of synced names, one flat directory for each, with '/' as '%'; a subdirectory is an
 *                       empty directory
 * SHADOW/pending/DIR    names that changed since DIR was synced
 *
 * A content is one file: this header, then the synced bytes. All names and descriptors of a file share it.
 */
enum { page = 4096, header_size = 1 << 20 };

struct header {
    pthread_mutex_t lock;
    /* The smallest size that the file has had since its last sync. */
    uint64_t truncated;
    /* One bit for each page that was written since. */
    uint8_t dirty[header_size - 1024];
};
_Static_assert(sizeof(struct header) <= header_size, "the header fits");

static char root[PATH_MAX], shadow[PATH_MAX];

static void die(const char *format, ...) {
    char text[2 * PATH_MAX];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text - 1, format, arguments);
    va_end(arguments);
    text[length] = '\n';
    if (write(2, "powercut: ", 10) < 0 || write(2, text, (size_t)length + 1) < 0) {}
    abort();
}

static void join(char *out, const char *a, const char *b, const char *c) {
    if (snprintf(out, PATH_MAX, "%s/%s%s%s", a, b, c[0] ? "/" : "", c) >= PATH_MAX) die("path too long: %s", c);
}

/* The flat name of a directory: "%" for the root, "%mail%new" for mail/new. */
static void flatten(char *out, const char *directory) {
    out[0] = '%';
    size_t i = 0;
    for (; directory[i]; i++) out[i + 1] = directory[i] == '/' ? '%' : directory[i];
    out[i + 1] = 0;
}

/* Makes the durable name the same as the live one. */
static void settle(const char *directory, const char *name) {
    char flat[PATH_MAX], names_now[PATH_MAX], live[PATH_MAX], durable[PATH_MAX], base[PATH_MAX], temporary[PATH_MAX];
    flatten(flat, directory);
    join(base, shadow, "durable", flat);
    mkdir(base, 0700);
    join(durable, base, name, "");
    join(names_now, shadow, "live", directory);
    join(live, names_now, name, "");
    struct stat is, was;
    if (lstat(live, &is)) {
        if (unlink(durable)) rmdir(durable);
    } else if (S_ISDIR(is.st_mode)) {
        mkdir(durable, 0700);
    } else if (lstat(durable, &was) || was.st_ino != is.st_ino) {
        join(temporary, shadow, "new", "");
        unlink(temporary);
        if (link(live, temporary) || rename(temporary, durable)) die("cannot settle %s: %s", durable, strerror(errno));
    }
}

static void settle_pending(const char *directory) {
    char flat[PATH_MAX], path[PATH_MAX], name[PATH_MAX];
    flatten(flat, directory);
    join(path, shadow, "pending", flat);
    FILE *file = fopen(path, "r");
    if (!file) return;
    while (fgets(name, sizeof name, file)) {
        name[strcspn(name, "\n")] = 0;
        settle(directory, name);
    }
    fclose(file);
    unlink(path);
}

static void copy_bytes(int from, off_t at, int to, off_t target, off_t length) {
    static __thread char buffer[64 * page];
    while (length > 0) {
        ssize_t got = pread(from, buffer, length < (off_t)sizeof buffer ? (size_t)length : sizeof buffer, at);
        if (got == 0) return;
        if (got < 0 || pwrite(to, buffer, (size_t)got, target) != got) die("cannot copy: %s", strerror(errno));
        at += got;
        target += got;
        length -= got;
    }
}

#ifdef POWERCUT_RESTORE

/* Files that have a live name, by their content. */
struct live_file {
    ino_t content;
    char *path;
};
static struct live_file *live_files;
static size_t live_count;
static unsigned long long seed;

static int chance(void) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (int)(seed >> 63);
}

static int by_content(const void *a, const void *b) {
    ino_t left = ((const struct live_file *)a)->content, right = ((const struct live_file *)b)->content;
    return left < right ? -1 : left > right;
}

static void walk_live(const char *directory) {
    char path[PATH_MAX], child[PATH_MAX];
    join(path, shadow, "live", directory);
    DIR *stream = opendir(path);
    struct dirent *entry;
    while (stream && (entry = readdir(stream))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (directory[0]) join(child, directory, entry->d_name, "");
        else strcpy(child, entry->d_name);
        struct stat is;
        join(path, shadow, "live", child);
        if (lstat(path, &is)) continue;
        if (S_ISDIR(is.st_mode)) {
            walk_live(child);
        } else {
            live_files = realloc(live_files, (live_count + 1) * sizeof *live_files);
            live_files[live_count++] = (struct live_file){is.st_ino, strdup(child)};
        }
    }
    if (stream) closedir(stream);
}

/* Lets a page that was not synced survive by chance. */
static void write_back(int content, ino_t number, int out, const char *old) {
    struct live_file key = {number, NULL}, *found = bsearch(&key, live_files, live_count, sizeof key, by_content);
    struct header *header = mmap(NULL, header_size, PROT_READ, MAP_SHARED, content, 0);
    char path[PATH_MAX];
    int file = -1;
    if (found && header != MAP_FAILED) {
        join(path, old, found->path, "");
        file = open(path, O_RDONLY | O_CLOEXEC);
    }
    if (file >= 0) {
        for (off_t i = 0; i < (off_t)sizeof header->dirty * 8; i++) {
            if (!header->dirty[i / 8]) {
                i |= 7;
            } else if (header->dirty[i / 8] >> (i % 8) & 1 && chance()) {
                copy_bytes(file, i * page, out, i * page, page);
            }
        }
        close(file);
    }
    if (header != MAP_FAILED) munmap(header, header_size);
}

static void restore(const char *directory, const char *target, const char *old) {
    char flat[PATH_MAX], base[PATH_MAX], from[PATH_MAX], to[PATH_MAX], child[PATH_MAX];
    flatten(flat, directory);
    join(base, shadow, "durable", flat);
    DIR *stream = opendir(base);
    struct dirent *entry;
    while (stream && (entry = readdir(stream))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (directory[0]) join(child, directory, entry->d_name, "");
        else strcpy(child, entry->d_name);
        join(from, base, entry->d_name, "");
        join(to, target, child, "");
        struct stat is;
        if (lstat(from, &is)) continue;
        if (S_ISDIR(is.st_mode)) {
            if (mkdir(to, 0700)) die("cannot make %s: %s", to, strerror(errno));
            restore(child, target, old);
            continue;
        }
        int content = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (content < 0 || out < 0) die("cannot restore %s: %s", to, strerror(errno));
        copy_bytes(content, header_size, out, 0, is.st_size - header_size);
        if (ftruncate(out, is.st_size - header_size)) die("cannot restore %s: %s", to, strerror(errno));
        if (seed) write_back(content, is.st_ino, out, old);
        close(content);
        close(out);
    }
    if (stream) closedir(stream);
}

int main(int count, char **arguments) {
    if (count < 3 || !realpath(arguments[1], root) || !realpath(arguments[2], shadow)) {
        fprintf(stderr, "usage: powercut ROOT SHADOW [SEED]\n");
        return 64;
    }
    seed = count > 3 ? strtoull(arguments[3], NULL, 10) : 0;
    char target[PATH_MAX], old[PATH_MAX];
    if (snprintf(target, sizeof target, "%s.restored", root) >= PATH_MAX || snprintf(old, sizeof old, "%s.cut", root) >= PATH_MAX)
        die("path too long: %s", root);
    walk_live("");
    qsort(live_files, live_count, sizeof *live_files, by_content);
    if (seed && chance()) {
        char pending[PATH_MAX], directory[PATH_MAX];
        join(pending, shadow, "pending", "");
        DIR *stream = opendir(pending);
        struct dirent *entry;
        while (stream && (entry = readdir(stream))) {
            if (entry->d_name[0] != '%') continue;
            strcpy(directory, entry->d_name + 1);
            for (char *at = directory; *at; at++) if (*at == '%') *at = '/';
            settle_pending(directory);
        }
        if (stream) closedir(stream);
    }
    if (mkdir(target, 0700)) die("cannot make %s: %s", target, strerror(errno));
    restore("", target, root);
    if (rename(root, old) || rename(target, root)) die("cannot put %s back: %s", root, strerror(errno));
    /* What is there now is durable: the next process begins with a new shadow. */
    const char *command[] = {"rm", "-rf", "--", old, shadow, NULL};
    execvp("rm", (char **)command);
    die("cannot run rm: %s", strerror(errno));
}

#else

#define REAL(name)                                                                                                     \
    static __typeof__(name) *real;                                                                                     \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static int is_shared_memory(const char *path) {
    size_t length = strlen(path);
    return length > 4 && !strcmp(path + length - 4, "-shm");
}

/* Makes an empty content; `lock` and `dirty` begin as zeros. */
static int make_content(const char *path) {
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, header_size)) die("cannot make %s: %s", path, strerror(errno));
    struct header *header = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (header == MAP_FAILED) die("cannot map %s: %s", path, strerror(errno));
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&header->lock, &attributes);
    header->truncated = UINT64_MAX;
    munmap(header, page);
    return file;
}

static size_t root_length;

enum { most_descriptors = 1 << 16 };

struct tracked {
    /* A directory has only this: its path below the root. */
    char *directory;
    int content;
    int appends;
    struct header *header;
};
static _Atomic(struct tracked *) descriptors[most_descriptors];
static pthread_mutex_t *names;

static struct counter {
    char name[56];
    _Atomic uint64_t count;
} *counters;

static void lock(pthread_mutex_t *mutex) {
    /* Its owner was killed: the bits of `dirty` are set before a write and cleared after a copy, so they hold. */
    if (pthread_mutex_lock(mutex) == EOWNERDEAD) pthread_mutex_consistent(mutex);
}

static void unlock(pthread_mutex_t *mutex) { pthread_mutex_unlock(mutex); }

static struct tracked *tracked(int descriptor) {
    return descriptor >= 0 && descriptor < most_descriptors ? atomic_load_explicit(&descriptors[descriptor], memory_order_acquire) : NULL;
}

/* The path below the root, in `out`; 0 when it is not below it. "" is the root itself. */
static int below_root(int at, const char *path, char *out) {
    if (!root_length || !names || !path) return 0;
    char full[PATH_MAX], parent[PATH_MAX], resolved[PATH_MAX];
    int saved = errno;
    if (path[0] == '/' || at == AT_FDCWD) {
        if (strlen(path) >= PATH_MAX) return 0;
        strcpy(full, path);
    } else {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", at);
        ssize_t length = readlink(link, parent, sizeof parent - 1);
        if (length < 0) return errno = saved, 0;
        parent[length] = 0;
        join(full, parent, path, "");
    }
    size_t length = strlen(full);
    while (length > 1 && full[length - 1] == '/') full[--length] = 0;
    if (realpath(full, resolved) && !strcmp(resolved, root)) return out[0] = 0, errno = saved, 1;
    char *slash = strrchr(full, '/');
    const char *name = slash ? slash + 1 : full;
    if (slash) {
        memcpy(parent, full, (size_t)(slash - full));
        parent[slash - full] = 0;
    }
    if (!realpath(slash ? (parent[0] && slash != full ? parent : "/") : ".", resolved)) return errno = saved, 0;
    errno = saved;
    if (strncmp(resolved, root, root_length) || (resolved[root_length] && resolved[root_length] != '/')) return 0;
    const char *directory = resolved[root_length] ? resolved + root_length + 1 : "";
    if (!strcmp(name, ".")) strcpy(out, directory);
    else if (directory[0]) join(out, directory, name, "");
    else strcpy(out, name);
    return !is_shared_memory(out);
}

/* Splits a path below the root, which must not be the root itself. */
static const char *split(const char *path, char *directory) {
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 0;
    memcpy(directory, path, length);
    directory[length] = 0;
    return slash ? slash + 1 : path;
}

/* Remembers that a name has changed. Call with the lock of names. */
static void is_pending(const char *path) {
    char directory[PATH_MAX], flat[PATH_MAX], file[PATH_MAX];
    const char *name = split(path, directory);
    flatten(flat, directory);
    join(file, shadow, "pending", flat);
    FILE *stream = fopen(file, "ae");
    if (!stream || fprintf(stream, "%s\n", name) < 0 || fclose(stream)) die("cannot write %s: %s", file, strerror(errno));
}

static void live_path(char *out, const char *path) { join(out, shadow, "live", path); }

static void mark(struct header *header, off_t offset, size_t length) {
    if (!length) return;
    off_t last = (offset + (off_t)length - 1) / page;
    if (last >= (off_t)sizeof header->dirty * 8) die("a file of more than 32 GiB");
    for (off_t i = offset / page; i <= last; i++) header->dirty[i / 8] |= (uint8_t)(1 << (i % 8));
}

/* A file that is new has an empty content; one that is there although it is not known, nothing synced. */
static void make_live(const char *path, off_t size) {
    char live[PATH_MAX];
    live_path(live, path);
    unlink(live);
    int content = make_content(live);
    if (size > 0) {
        struct header *header = mmap(NULL, header_size, PROT_READ | PROT_WRITE, MAP_SHARED, content, 0);
        if (header == MAP_FAILED) die("cannot map %s: %s", live, strerror(errno));
        mark(header, 0, (size_t)size);
        munmap(header, header_size);
    }
    close(content);
    is_pending(path);
}

/* Follows a descriptor from now on. Call with the lock of names. */
static void follow(int descriptor, const char *path, int flags, int is_new) {
    struct stat is;
    if (fstat(descriptor, &is)) return;
    if (descriptor >= most_descriptors) die("descriptor %d is too large", descriptor);
    struct tracked *entry = calloc(1, sizeof *entry);
    if (S_ISDIR(is.st_mode)) {
        entry->directory = strdup(path);
    } else if (S_ISREG(is.st_mode)) {
        char live[PATH_MAX];
        live_path(live, path);
        if (is_new || access(live, F_OK)) make_live(path, is.st_size);
        entry->content = open(live, O_RDWR | O_CLOEXEC);
        if (entry->content < 0) die("cannot open %s: %s", live, strerror(errno));
        entry->header = mmap(NULL, header_size, PROT_READ | PROT_WRITE, MAP_SHARED, entry->content, 0);
        if (entry->header == MAP_FAILED) die("cannot map %s: %s", live, strerror(errno));
        entry->appends = flags & O_APPEND;
        if (flags & O_TRUNC) entry->header->truncated = 0;
    } else {
        free(entry);
        return;
    }
    atomic_store_explicit(&descriptors[descriptor], entry, memory_order_release);
}

static void forget(int descriptor) {
    struct tracked *entry = tracked(descriptor);
    if (!entry) return;
    atomic_store(&descriptors[descriptor], NULL);
    if (entry->header) {
        munmap(entry->header, header_size);
        close(entry->content);
    }
    free(entry->directory);
    free(entry);
}

/* Copies what was written since the last sync. Whoever writes meanwhile waits. */
static void capture(int descriptor, struct tracked *entry) {
    if (entry->directory) {
        lock(names);
        settle_pending(entry->directory);
        unlock(names);
        return;
    }
    struct header *header = entry->header;
    lock(&header->lock);
    struct stat is, was;
    if (fstat(descriptor, &is) || fstat(entry->content, &was)) die("cannot look at a file: %s", strerror(errno));
    off_t kept = was.st_size - header_size;
    if (header->truncated < (uint64_t)kept && ftruncate(entry->content, header_size + (off_t)header->truncated))
        die("cannot truncate: %s", strerror(errno));
    if (ftruncate(entry->content, header_size + is.st_size)) die("cannot truncate: %s", strerror(errno));
    off_t pages = (is.st_size + page - 1) / page;
    for (off_t i = 0; i < pages; i++) {
        if (!header->dirty[i / 8]) {
            i |= 7;
            continue;
        }
        if (!(header->dirty[i / 8] >> (i % 8) & 1)) continue;
        off_t end = i + 1;
        while (end < pages && header->dirty[end / 8] >> (end % 8) & 1) end++;
        off_t bytes = (end * page < is.st_size ? end * page : is.st_size) - i * page;
        copy_bytes(descriptor, i * page, entry->content, header_size + i * page, bytes);
        for (off_t j = i; j < end; j++) header->dirty[j / 8] &= (uint8_t)~(1 << (j % 8));
        i = end - 1;
    }
    header->truncated = UINT64_MAX;
    unlock(&header->lock);
}

/* Counts one more under this name. */
static void bump(const char *name) {
    if (!counters) return;
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&mutex);
    for (int i = 0; i < 64; i++) {
        if (!counters[i].name[0]) strcpy(counters[i].name, name);
        if (!strcmp(counters[i].name, name)) {
            atomic_fetch_add(&counters[i].count, 1);
            break;
        }
    }
    pthread_mutex_unlock(&mutex);
}

static uint64_t last_change = UINT64_MAX;

/* To be called before anything below the root changes. */
static void change(void) {
    static _Atomic uint64_t changes;
    bump("changes");
    if (atomic_fetch_add(&changes, 1) >= last_change) kill(getpid(), SIGKILL);
}

static void count(int descriptor) {
    if (!counters) return;
    char link[64], path[PATH_MAX];
    const char *name = "other";
    struct stat is;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return;
    path[length] = 0;
    char *base = strrchr(path, '/');
    base = base ? base + 1 : path;
    size_t size = strlen(base);
    if (!fstat(descriptor, &is) && S_ISDIR(is.st_mode)) {
        name = "directory";
    } else if (size < 56 && ((size > 3 && !strcmp(base + size - 3, ".db")) || (size > 4 && !strcmp(base + size - 4, "-wal"))
                             || (size > 8 && !strcmp(base + size - 8, "-journal")))) {
        name = base;
    }
    bump(name);
}

/* Takes what is there as durable. */
static void import(const char *directory) {
    char path[PATH_MAX], child[PATH_MAX], live[PATH_MAX];
    join(path, root, directory, "");
    DIR *stream = opendir(path);
    struct dirent *entry;
    while (stream && (entry = readdir(stream))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") || is_shared_memory(entry->d_name)) continue;
        if (directory[0]) join(child, directory, entry->d_name, "");
        else strcpy(child, entry->d_name);
        struct stat is;
        join(path, root, child, "");
        live_path(live, child);
        if (lstat(path, &is)) continue;
        if (S_ISDIR(is.st_mode)) {
            mkdir(live, 0700);
            settle(directory, entry->d_name);
            import(child);
        } else if (S_ISREG(is.st_mode)) {
            int file = open(path, O_RDONLY | O_CLOEXEC), content = make_content(live);
            if (file < 0) die("cannot open %s: %s", path, strerror(errno));
            if (ftruncate(content, header_size + is.st_size)) die("cannot import %s: %s", path, strerror(errno));
            copy_bytes(file, 0, content, header_size, is.st_size);
            close(file);
            close(content);
            settle(directory, entry->d_name);
        }
    }
    if (stream) closedir(stream);
}

static void *map_shared(const char *path, size_t size) {
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, (off_t)size)) die("cannot make %s: %s", path, strerror(errno));
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) die("cannot map %s: %s", path, strerror(errno));
    close(file);
    return memory;
}

__attribute__((constructor)) static void begin(void) {
    const char *counts = getenv("POWERCUT_COUNT");
    if (counts) counters = map_shared(counts, 64 * sizeof *counters);
    const char *kill_after = getenv("POWERCUT_KILL_AFTER");
    if (kill_after) last_change = strtoull(kill_after, NULL, 10);
    const char *from = getenv("POWERCUT_ROOT"), *to = getenv("POWERCUT_SHADOW");
    if (!from || !to) return;
    mkdir(to, 0700);
    if (!realpath(from, root)) die("POWERCUT_ROOT %s: %s", from, strerror(errno));
    if (!realpath(to, shadow)) die("POWERCUT_SHADOW %s: %s", to, strerror(errno));
    char path[PATH_MAX];
    int gate = open(shadow, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (gate < 0 || flock(gate, LOCK_EX)) die("cannot lock %s: %s", shadow, strerror(errno));
    join(path, shadow, "control", "");
    if (access(path, F_OK)) {
        char names_path[PATH_MAX];
        for (const char **name = (const char *[]){"live", "durable", "pending", NULL}; *name; name++) {
            join(names_path, shadow, *name, "");
            mkdir(names_path, 0700);
        }
        import("");
        join(names_path, shadow, "control.new", "");
        unlink(names_path);
        close(make_content(names_path));
        if (rename(names_path, path)) die("cannot make %s: %s", path, strerror(errno));
    }
    int file = open(path, O_RDWR | O_CLOEXEC);
    struct header *header = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (header == MAP_FAILED) die("cannot map %s: %s", path, strerror(errno));
    close(file);
    close(gate);
    names = &header->lock;
    root_length = strlen(root);
}

/* What a program calls. */

static int open_at(int at, const char *path, int flags, mode_t mode) {
    REAL(openat);
    char below[PATH_MAX];
    if (flags & O_PATH || !below_root(at, path, below)) return real(at, path, flags, mode);
    /* So that a sync can read what was written. Opening the file once more would give up SQLite's locks on closing it. */
    if ((flags & O_ACCMODE) == O_WRONLY) flags = (flags & ~O_ACCMODE) | O_RDWR;
    struct stat was;
    lock(names);
    int is_new = flags & O_CREAT && fstatat(at, path, &was, AT_SYMLINK_NOFOLLOW);
    if (is_new) change();
    int descriptor = real(at, path, flags, mode);
    int saved = errno;
    if (descriptor >= 0) follow(descriptor, below, flags, is_new);
    unlock(names);
    errno = saved;
    return descriptor;
}

#define OPEN_MODE                                                                                                      \
    mode_t mode = 0;                                                                                                   \
    if (flags & (O_CREAT | O_TMPFILE)) {                                                                               \
        va_list arguments;                                                                                             \
        va_start(arguments, flags);                                                                                    \
        mode = va_arg(arguments, mode_t);                                                                              \
        va_end(arguments);                                                                                             \
    }

int open(const char *path, int flags, ...) { OPEN_MODE return open_at(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { OPEN_MODE return open_at(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { OPEN_MODE return open_at(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { OPEN_MODE return open_at(at, path, flags, mode); }
int __open_2(const char *path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
int __openat_2(int at, const char *path, int flags) { return open_at(at, path, flags, 0); }
int __openat64_2(int at, const char *path, int flags) { return open_at(at, path, flags, 0); }
int creat(const char *path, mode_t mode) { return open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode); }

int close(int descriptor) {
    REAL(close);
    forget(descriptor);
    return real(descriptor);
}

int fclose(FILE *stream) {
    REAL(fclose);
    forget(fileno(stream));
    return real(stream);
}

int closedir(DIR *stream) {
    REAL(closedir);
    forget(dirfd(stream));
    return real(stream);
}

/* Runs a write of `length` bytes at `offset` with its pages marked. */
#define WRITE(type, offset, length, call)                                                                              \
    struct tracked *entry = tracked(descriptor);                                                                       \
    if (!entry || !entry->header) return call;                                                                         \
    change();                                                                                                          \
    lock(&entry->header->lock);                                                                                        \
    mark(entry->header, offset, length);                                                                               \
    type result = call;                                                                                                \
    int saved = errno;                                                                                                 \
    unlock(&entry->header->lock);                                                                                      \
    errno = saved;                                                                                                     \
    return result

static off_t position(int descriptor, struct tracked *entry) {
    struct stat is;
    if (!entry->appends) return lseek(descriptor, 0, SEEK_CUR);
    return fstat(descriptor, &is) ? 0 : is.st_size;
}

static size_t total(const struct iovec *parts, int count) {
    size_t sum = 0;
    for (int i = 0; i < count; i++) sum += parts[i].iov_len;
    return sum;
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
    REAL(write);
    WRITE(ssize_t, position(descriptor, entry), length, real(descriptor, bytes, length));
}

ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset) {
    REAL(pwrite);
    WRITE(ssize_t, offset, length, real(descriptor, bytes, length, offset));
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off64_t offset) {
    REAL(pwrite64);
    WRITE(ssize_t, offset, length, real(descriptor, bytes, length, offset));
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    REAL(writev);
    WRITE(ssize_t, position(descriptor, entry), total(parts, count), real(descriptor, parts, count));
}

ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
    REAL(pwritev);
    WRITE(ssize_t, offset, total(parts, count), real(descriptor, parts, count, offset));
}

ssize_t pwritev64(int descriptor, const struct iovec *parts, int count, off64_t offset) {
    REAL(pwritev64);
    WRITE(ssize_t, offset, total(parts, count), real(descriptor, parts, count, offset));
}

static void shrinks(struct header *header, off_t size) {
    if ((uint64_t)size < header->truncated) header->truncated = (uint64_t)size;
    /* The rest of the last page becomes zeros. */
    if (size % page) mark(header, size, 1);
}

#define TRUNCATE(name)                                                                                                 \
    struct tracked *entry = tracked(descriptor);                                                                       \
    REAL(name);                                                                                                        \
    if (!entry || !entry->header) return real(descriptor, size);                                                       \
    change();                                                                                                          \
    lock(&entry->header->lock);                                                                                        \
    shrinks(entry->header, size);                                                                                      \
    int result = real(descriptor, size), saved = errno;                                                                \
    unlock(&entry->header->lock);                                                                                      \
    errno = saved;                                                                                                     \
    return result

int ftruncate(int descriptor, off_t size) { TRUNCATE(ftruncate); }
int ftruncate64(int descriptor, off64_t size) { TRUNCATE(ftruncate64); }

int fsync(int descriptor) {
    REAL(fsync);
    struct tracked *entry = tracked(descriptor);
    if (entry) change();
    if (entry) capture(descriptor, entry);
    count(descriptor);
    return real(descriptor);
}

int fdatasync(int descriptor) {
    REAL(fdatasync);
    struct tracked *entry = tracked(descriptor);
    if (entry) change();
    if (entry) capture(descriptor, entry);
    count(descriptor);
    return real(descriptor);
}

int renameat2(int at, const char *old, int to, const char *new, unsigned flags) {
    REAL(renameat2);
    char from[PATH_MAX], target[PATH_MAX];
    int leaves = below_root(at, old, from), comes = below_root(to, new, target);
    if (!leaves && !comes) return real(at, old, to, new, flags);
    change();
    lock(names);
    int result = real(at, old, to, new, flags), saved = errno;
    struct stat is;
    if (result == 0 && !fstatat(to, new, &is, AT_SYMLINK_NOFOLLOW)) {
        if (flags || S_ISDIR(is.st_mode)) die("renaming the directory %s is not modelled", old);
        char live[PATH_MAX], live_target[PATH_MAX];
        live_path(live, from);
        live_path(live_target, target);
        if (!leaves || access(live, F_OK)) make_live(target, is.st_size);
        else if (!comes) unlink(live);
        else if (rename(live, live_target)) die("cannot rename %s: %s", live, strerror(errno));
        if (leaves) is_pending(from);
        if (comes) is_pending(target);
    }
    unlock(names);
    errno = saved;
    return result;
}

int rename(const char *old, const char *new) {
    /* Inside `renameat2` and for the shadow itself, whose paths are never below the root, it comes to the same. */
    return renameat2(AT_FDCWD, old, AT_FDCWD, new, 0);
}

int renameat(int at, const char *old, int to, const char *new) { return renameat2(at, old, to, new, 0); }

int unlinkat(int at, const char *path, int flags) {
    REAL(unlinkat);
    char below[PATH_MAX], live[PATH_MAX];
    if (!below_root(at, path, below) || !below[0]) return real(at, path, flags);
    change();
    lock(names);
    int result = real(at, path, flags), saved = errno;
    if (result == 0) {
        live_path(live, below);
        real(AT_FDCWD, live, flags);
        is_pending(below);
    }
    unlock(names);
    errno = saved;
    return result;
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int remove(const char *path) {
    struct stat is;
    if (lstat(path, &is)) return -1;
    return unlinkat(AT_FDCWD, path, S_ISDIR(is.st_mode) ? AT_REMOVEDIR : 0);
}

int mkdirat(int at, const char *path, mode_t mode) {
    REAL(mkdirat);
    char below[PATH_MAX], live[PATH_MAX], flat[PATH_MAX], durable[PATH_MAX];
    if (!below_root(at, path, below) || !below[0]) return real(at, path, mode);
    lock(names);
    int result = real(at, path, mode), saved = errno;
    if (result == 0) {
        live_path(live, below);
        real(AT_FDCWD, live, 0700);
        flatten(flat, below);
        join(durable, shadow, "durable", flat);
        /* A directory of this name that was removed has left what it held. */
        DIR *stream = opendir(durable);
        struct dirent *entry;
        while (stream && (entry = readdir(stream)))
            if (unlinkat(dirfd(stream), entry->d_name, 0)) unlinkat(dirfd(stream), entry->d_name, AT_REMOVEDIR);
        if (stream) closedir(stream);
        is_pending(below);
    }
    unlock(names);
    errno = saved;
    return result;
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int linkat(int at, const char *old, int to, const char *new, int flags) {
    REAL(linkat);
    char below[PATH_MAX];
    if (below_root(to, new, below)) die("the hard link %s is not modelled", new);
    return real(at, old, to, new, flags);
}

int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }

#endif
