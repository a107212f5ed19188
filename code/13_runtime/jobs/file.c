/* file.c - writes to files, and makes those that nobody sees. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- Writing ---- */
int file_write(int fd, const void *data, size_t length)
{
    const char *from = data;
    while (length > 0) {
        ssize_t n = write(fd, from, length);
        if (n < 0 && errno != EINTR)
            return errno;
        from += n > 0 ? n : 0;
        length -= n > 0 ? (size_t)n : 0;
    }
    return 0;
}

/* ---- A file without a name ---- */
/* The children do not get it. */
int file_open_nameless(int *fd)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/jobs.XXXXXX",
                          folder != NULL ? folder : "/tmp");
    if (length >= (int)sizeof path)
        return ENAMETOOLONG;
    *fd = mkstemp(path);
    if (*fd < 0)
        return errno;
    unlink(path);
    if (fcntl(*fd, F_SETFD, FD_CLOEXEC) == 0)
        return 0;
    int err = errno;
    close(*fd);
    return err;
}
