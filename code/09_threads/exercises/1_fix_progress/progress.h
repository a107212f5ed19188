/* progress.h - a job in a thread, that says how far it is. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "../../threads.h"

typedef struct Job Job;
typedef int JobFn(Job *, void *arg);               /* in a thread */
typedef void Progress(int percent, void *arg);     /* in the loop's thread */

/* Runs function(job, arg) in one of the loop's threads, and returns what it
 * does.  When it returns, nothing of it runs in the thread any more, and
 * nobody calls `progress` any more.
 *
 * E_CANCELLED: the caller was cancelled.  From then on job_should_stop() is
 * true; it still waits until the function has returned, also if it is cancelled
 * once more.  ENOMEM, EAGAIN: the job has not begun. */
SUSPENDS int job_run(JobFn *function, void *arg, Progress *progress,
                     void *progress_arg);

/* In the job: has progress(percent, progress_arg) called by the loop, once for
 * each report, in order; does not wait for that.  ENOMEM. */
int job_report(Job *, int percent);
bool job_should_stop(Job *);

#endif
