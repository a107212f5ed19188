/* file.h - regular files, which are never slow enough to wait for. */
#ifndef FILE_H
#define FILE_H

#include <stddef.h>

/* ---- Files ---- */
/* All of it.  An errno value. */
int file_write(int fd, const void *data, size_t length);

/* A new one that has no name any more: nobody else sees it, and it is gone with
 * its descriptor, however we end.  An errno value. */
int file_open_nameless(int *fd);

#endif
