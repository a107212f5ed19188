/* file.c - opens files, one component of the path after the other.
 *
 * Each is opened in the folder before it, and never through a symbolic link.
 * So nothing that anybody does to the tree meanwhile leads out of it.  To ask
 * realpath() first and open() then would leave a moment between the two. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __APPLE__
#define st_mtim st_mtimespec
#endif

/* ---- How to open ---- */
enum {
    ALWAYS = O_RDONLY | O_NOFOLLOW | O_CLOEXEC,
    FOLDER = ALWAYS | O_DIRECTORY,
    ANY = ALWAYS | O_NONBLOCK | O_NOCTTY    /* a pipe would wait for a writer */
};

/* Links, files in place of folders, sockets: for the client, nothing. */
static int error_of(int error)
{
    switch (error) {
    case ELOOP:
    case EMLINK:
    case ENOTDIR:
    case ENAMETOOLONG:
    case ENXIO:
        return ENOENT;
    default:
        return error;
    }
}

/* ---- What is not opened ---- */
/* To open a pipe lets go on who waits to write to it, and to open a device may
 * do anything.  What is a file now may be a pipe when it is opened: so what has
 * been opened is asked once more. */
static bool is_special(int folder, const char *name)
{
    struct stat status;
    return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

/* ---- One component ---- */
static int open_in(int folder, const char *name, size_t length, int flags,
                   int *fd)
{
    char text[NAME_MAX + 1];
    if (length >= sizeof text)
        return ENOENT;
    memcpy(text, name, length);
    text[length] = '\0';
    if (flags == ANY && is_special(folder, text))
        return ENOENT;
    *fd = openat(folder, text, flags);
    return *fd >= 0 ? 0 : error_of(errno);
}

/* ---- The whole path ---- */
static int walk(int folder, const char *path, int *fd)
{
    int at = folder;
    for (;;) {
        size_t length = strcspn(path, "/");
        bool is_last = path[length] == '\0';
        int next = -1;
        int err = length == 0 ? open_in(at, ".", 1, FOLDER, &next)
                              : open_in(at, path, length,
                                        is_last ? ANY : FOLDER, &next);
        if (at != folder)
            close(at);
        if (err != 0 || is_last) {
            *fd = next;
            return err;
        }
        at = next;
        path += length + 1;
    }
}

/* ---- What it is ---- */
static int look_at(File *file)
{
    struct stat status;
    if (fstat(file->fd, &status) < 0)
        return errno;
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
        return ENOENT;
    file->is_folder = S_ISDIR(status.st_mode);
    file->size = status.st_size;
    file->changed = status.st_mtime;
    snprintf(file->etag, sizeof file->etag, "\"%llx-%llx-%llx.%lx\"",
             (unsigned long long)status.st_ino,
             (unsigned long long)status.st_size,
             (unsigned long long)status.st_mtime,
             (unsigned long)status.st_mtim.tv_nsec);
    return 0;
}

/* ---- Opening ---- */
int file_open(int folder, const char *path, File *file)
{
    int err = walk(folder, path, &file->fd);
    if (err != 0)
        return err;
    err = look_at(file);
    if (err != 0)
        close(file->fd);
    return err;
}

void file_close(File *file)
{
    close(file->fd);
}

/* ---- Reading ---- */
int file_read(const File *file, long long from, char *to, size_t size)
{
    while (size > 0) {
        ssize_t n = pread(file->fd, to, size, (off_t)from);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0 ? EIO : errno;
        from += n;
        to += n;
        size -= (size_t)n;
    }
    return 0;
}
