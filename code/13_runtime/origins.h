/* origins.h - lines of the program, for reports and for the tree of tasks.
 *
 * If WEFT_ORIGINS is defined before, each call of what suspends, or makes
 * something that can be left behind, says first where it stands.  Within itself
 * a macro does not apply to its own name: so the function is called. */
#ifndef ORIGINS_H
#define ORIGINS_H

#include "debug.h"

#ifdef WEFT_ORIGINS
/* ---- The line ---- */
#define ASYNC_HERE async_here(__FILE__, __LINE__)

/* ---- Futures, coroutines, tasks ---- */
#define future_new(...) (ASYNC_HERE, future_new(__VA_ARGS__))
#define coro_new(...) (ASYNC_HERE, coro_new(__VA_ARGS__))
#define async_create_task(...) (ASYNC_HERE, async_create_task(__VA_ARGS__))
#define async_create_task_copy(...) \
    (ASYNC_HERE, async_create_task_copy(__VA_ARGS__))
#define async_create_task_with(...) \
    (ASYNC_HERE, async_create_task_with(__VA_ARGS__))
#define loop_create_task(...) (ASYNC_HERE, loop_create_task(__VA_ARGS__))
#define loop_create_task_with(...) \
    (ASYNC_HERE, loop_create_task_with(__VA_ARGS__))
#define await(...) (ASYNC_HERE, await(__VA_ARGS__))
#define task_join(...) (ASYNC_HERE, task_join(__VA_ARGS__))
#define async_sleep(...) (ASYNC_HERE, async_sleep(__VA_ARGS__))
#define async_sleep_result(...) (ASYNC_HERE, async_sleep_result(__VA_ARGS__))

/* ---- Several at once ---- */
#define async_gather(...) (ASYNC_HERE, async_gather(__VA_ARGS__))
#define async_gather_calls(...) (ASYNC_HERE, async_gather_calls(__VA_ARGS__))
#define taskgroup_exit(...) (ASYNC_HERE, taskgroup_exit(__VA_ARGS__))
#define taskgroup_create_task(...) \
    (ASYNC_HERE, taskgroup_create_task(__VA_ARGS__))
#define taskgroup_create_task_with(...) \
    (ASYNC_HERE, taskgroup_create_task_with(__VA_ARGS__))
#define taskgroup_spawn(...) (ASYNC_HERE, taskgroup_spawn(__VA_ARGS__))
#define async_wait_for(...) (ASYNC_HERE, async_wait_for(__VA_ARGS__))
#define async_wait_for_call(...) (ASYNC_HERE, async_wait_for_call(__VA_ARGS__))
#define async_wait(...) (ASYNC_HERE, async_wait(__VA_ARGS__))
#define as_completed_next(...) (ASYNC_HERE, as_completed_next(__VA_ARGS__))
#define async_shield(...) (ASYNC_HERE, async_shield(__VA_ARGS__))

/* ---- Locks and queues ---- */
#define barrier_wait(...) (ASYNC_HERE, barrier_wait(__VA_ARGS__))
#define barrier_reset(...) (ASYNC_HERE, barrier_reset(__VA_ARGS__))
#define barrier_abort(...) (ASYNC_HERE, barrier_abort(__VA_ARGS__))
#define condition_acquire(...) (ASYNC_HERE, condition_acquire(__VA_ARGS__))
#define condition_wait(...) (ASYNC_HERE, condition_wait(__VA_ARGS__))
#define condition_wait_for(...) (ASYNC_HERE, condition_wait_for(__VA_ARGS__))
#define event_wait(...) (ASYNC_HERE, event_wait(__VA_ARGS__))
#define lock_acquire(...) (ASYNC_HERE, lock_acquire(__VA_ARGS__))
#define semaphore_acquire(...) (ASYNC_HERE, semaphore_acquire(__VA_ARGS__))
#define queue_put(...) (ASYNC_HERE, queue_put(__VA_ARGS__))
#define queue_get(...) (ASYNC_HERE, queue_get(__VA_ARGS__))
#define queue_join(...) (ASYNC_HERE, queue_join(__VA_ARGS__))

/* ---- Threads and processes ---- */
#define loop_run_in_executor(...) \
    (ASYNC_HERE, loop_run_in_executor(__VA_ARGS__))
#define async_to_thread(...) (ASYNC_HERE, async_to_thread(__VA_ARGS__))
#define loop_shutdown_default_executor(...) \
    (ASYNC_HERE, loop_shutdown_default_executor(__VA_ARGS__))
#define async_run_coroutine_threadsafe(...) \
    (ASYNC_HERE, async_run_coroutine_threadsafe(__VA_ARGS__))
#define async_create_subprocess_exec(...) \
    (ASYNC_HERE, async_create_subprocess_exec(__VA_ARGS__))
#define async_create_subprocess_shell(...) \
    (ASYNC_HERE, async_create_subprocess_shell(__VA_ARGS__))
#define process_wait(...) (ASYNC_HERE, process_wait(__VA_ARGS__))
#define process_communicate(...) (ASYNC_HERE, process_communicate(__VA_ARGS__))

/* ---- Streams ---- */
#define loop_getaddrinfo(...) (ASYNC_HERE, loop_getaddrinfo(__VA_ARGS__))
#define reader_read(...) (ASYNC_HERE, reader_read(__VA_ARGS__))
#define reader_read_all(...) (ASYNC_HERE, reader_read_all(__VA_ARGS__))
#define reader_readexactly(...) (ASYNC_HERE, reader_readexactly(__VA_ARGS__))
#define reader_readline(...) (ASYNC_HERE, reader_readline(__VA_ARGS__))
#define reader_readuntil(...) (ASYNC_HERE, reader_readuntil(__VA_ARGS__))
#define async_start_server(...) (ASYNC_HERE, async_start_server(__VA_ARGS__))
#define async_start_server_with(...) \
    (ASYNC_HERE, async_start_server_with(__VA_ARGS__))
#define async_start_unix_server(...) \
    (ASYNC_HERE, async_start_unix_server(__VA_ARGS__))
#define server_serve_forever(...) \
    (ASYNC_HERE, server_serve_forever(__VA_ARGS__))
#define server_wait_closed(...) (ASYNC_HERE, server_wait_closed(__VA_ARGS__))
#define loop_sock_recv(...) (ASYNC_HERE, loop_sock_recv(__VA_ARGS__))
#define loop_sock_sendall(...) (ASYNC_HERE, loop_sock_sendall(__VA_ARGS__))
#define loop_sock_connect(...) (ASYNC_HERE, loop_sock_connect(__VA_ARGS__))
#define loop_sock_accept(...) (ASYNC_HERE, loop_sock_accept(__VA_ARGS__))
#define loop_sock_recvfrom(...) (ASYNC_HERE, loop_sock_recvfrom(__VA_ARGS__))
#define loop_sock_sendto(...) (ASYNC_HERE, loop_sock_sendto(__VA_ARGS__))
#define async_open_connection(...) \
    (ASYNC_HERE, async_open_connection(__VA_ARGS__))
#define async_open_connection_with(...) \
    (ASYNC_HERE, async_open_connection_with(__VA_ARGS__))
#define async_open_unix_connection(...) \
    (ASYNC_HERE, async_open_unix_connection(__VA_ARGS__))
#define writer_drain(...) (ASYNC_HERE, writer_drain(__VA_ARGS__))
#define writer_wait_closed(...) (ASYNC_HERE, writer_wait_closed(__VA_ARGS__))
#define async_open_fd(...) (ASYNC_HERE, async_open_fd(__VA_ARGS__))

/* ---- Iteration ---- */
#define async_generator_new(...) (ASYNC_HERE, async_generator_new(__VA_ARGS__))
#define async_yield(...) (ASYNC_HERE, async_yield(__VA_ARGS__))
#define async_generator_next(...) \
    (ASYNC_HERE, async_generator_next(__VA_ARGS__))
#define async_generator_send(...) \
    (ASYNC_HERE, async_generator_send(__VA_ARGS__))
#define async_generator_throw(...) \
    (ASYNC_HERE, async_generator_throw(__VA_ARGS__))
#define async_generator_aclose(...) \
    (ASYNC_HERE, async_generator_aclose(__VA_ARGS__))
#define loop_shutdown_asyncgens(...) \
    (ASYNC_HERE, loop_shutdown_asyncgens(__VA_ARGS__))
#define async_next(...) (ASYNC_HERE, async_next(__VA_ARGS__))
#define async_collect(...) (ASYNC_HERE, async_collect(__VA_ARGS__))
#define async_with(...) (ASYNC_HERE, async_with(__VA_ARGS__))
#define async_exit_stack_enter_context(...) \
    (ASYNC_HERE, async_exit_stack_enter_context(__VA_ARGS__))
#define async_exit_stack_exit(...) \
    (ASYNC_HERE, async_exit_stack_exit(__VA_ARGS__))

#endif
#endif
