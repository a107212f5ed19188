/* file.h - files below a folder, and nowhere else. */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <time.h>

enum { ETAG_SIZE = 64 };

/* ---- A file ---- */
typedef struct File {
    int fd;                  /* open for reading */
    bool is_folder;
    long long size;          /* when it was opened */
    time_t changed;
    char etag[ETAG_SIZE];    /* another one as soon as the file changes */
} File;

/* The path is relative: "a/b"; "" is the folder itself.  ENOENT: there is none,
 * or it is neither a file nor a folder, or a symbolic link is on the way.
 * EACCES, EMFILE and other errno values. */
int file_open(int folder, const char *path, File *);
void file_close(File *);

/* Reads so many bytes from there on.  EIO: the file is shorter by now. */
int file_read(const File *, long long from, char *to, size_t size);

#endif
