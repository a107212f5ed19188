/* origins.h - lines of the program, for reports and for the tree of tasks.
 *
 * Include it last.  If WEFT_ORIGINS is defined, each call of what suspends, or
 * makes something that can be left behind, says first where it stands.  Within
 * itself a macro does not apply to its own name: so the function is called. */
#ifndef ORIGINS_H
#define ORIGINS_H

#include "debug.h"

#ifdef WEFT_ORIGINS
/* ---- The line ---- */
#define AT_LINE async_here(__FILE__, __LINE__)

/* ---- Futures, coroutines, tasks ---- */
#define future_new(...) (AT_LINE, future_new(__VA_ARGS__))
#define coro_new(...) (AT_LINE, coro_new(__VA_ARGS__))
#define async_create_task(...) (AT_LINE, async_create_task(__VA_ARGS__))
#define async_create_task_copy(...) \
    (AT_LINE, async_create_task_copy(__VA_ARGS__))
#define async_create_task_with(...) \
    (AT_LINE, async_create_task_with(__VA_ARGS__))
#define loop_create_task(...) (AT_LINE, loop_create_task(__VA_ARGS__))
#define loop_create_task_with(...) (AT_LINE, loop_create_task_with(__VA_ARGS__))
#define await(...) (AT_LINE, await(__VA_ARGS__))
#define task_join(...) (AT_LINE, task_join(__VA_ARGS__))
#define async_sleep(...) (AT_LINE, async_sleep(__VA_ARGS__))
#define async_sleep_result(...) (AT_LINE, async_sleep_result(__VA_ARGS__))

/* ---- Several at once ---- */
#define async_gather(...) (AT_LINE, async_gather(__VA_ARGS__))
#define async_gather_calls(...) (AT_LINE, async_gather_calls(__VA_ARGS__))
#define taskgroup_exit(...) (AT_LINE, taskgroup_exit(__VA_ARGS__))
#define taskgroup_create_task(...) (AT_LINE, taskgroup_create_task(__VA_ARGS__))
#define taskgroup_create_task_with(...) \
    (AT_LINE, taskgroup_create_task_with(__VA_ARGS__))
#define taskgroup_spawn(...) (AT_LINE, taskgroup_spawn(__VA_ARGS__))
#define async_wait_for(...) (AT_LINE, async_wait_for(__VA_ARGS__))
#define async_wait_for_call(...) (AT_LINE, async_wait_for_call(__VA_ARGS__))
#define async_wait(...) (AT_LINE, async_wait(__VA_ARGS__))
#define as_completed_next(...) (AT_LINE, as_completed_next(__VA_ARGS__))
#define async_shield(...) (AT_LINE, async_shield(__VA_ARGS__))

/* ---- Locks and queues ---- */
#define barrier_wait(...) (AT_LINE, barrier_wait(__VA_ARGS__))
#define barrier_reset(...) (AT_LINE, barrier_reset(__VA_ARGS__))
#define barrier_abort(...) (AT_LINE, barrier_abort(__VA_ARGS__))
#define condition_acquire(...) (AT_LINE, condition_acquire(__VA_ARGS__))
#define condition_wait(...) (AT_LINE, condition_wait(__VA_ARGS__))
#define condition_wait_for(...) (AT_LINE, condition_wait_for(__VA_ARGS__))
#define event_wait(...) (AT_LINE, event_wait(__VA_ARGS__))
#define lock_acquire(...) (AT_LINE, lock_acquire(__VA_ARGS__))
#define semaphore_acquire(...) (AT_LINE, semaphore_acquire(__VA_ARGS__))
#define queue_put(...) (AT_LINE, queue_put(__VA_ARGS__))
#define queue_get(...) (AT_LINE, queue_get(__VA_ARGS__))
#define queue_join(...) (AT_LINE, queue_join(__VA_ARGS__))

/* ---- Threads and processes ---- */
#define loop_run_in_executor(...) (AT_LINE, loop_run_in_executor(__VA_ARGS__))
#define async_to_thread(...) (AT_LINE, async_to_thread(__VA_ARGS__))
#define loop_shutdown_default_executor(...) \
    (AT_LINE, loop_shutdown_default_executor(__VA_ARGS__))
#define async_run_coroutine_threadsafe(...) \
    (AT_LINE, async_run_coroutine_threadsafe(__VA_ARGS__))
#define async_create_subprocess_exec(...) \
    (AT_LINE, async_create_subprocess_exec(__VA_ARGS__))
#define async_create_subprocess_shell(...) \
    (AT_LINE, async_create_subprocess_shell(__VA_ARGS__))
#define process_wait(...) (AT_LINE, process_wait(__VA_ARGS__))
#define process_communicate(...) (AT_LINE, process_communicate(__VA_ARGS__))

/* ---- Streams ---- */
#define loop_getaddrinfo(...) (AT_LINE, loop_getaddrinfo(__VA_ARGS__))
#define reader_read(...) (AT_LINE, reader_read(__VA_ARGS__))
#define reader_read_all(...) (AT_LINE, reader_read_all(__VA_ARGS__))
#define reader_readexactly(...) (AT_LINE, reader_readexactly(__VA_ARGS__))
#define reader_readline(...) (AT_LINE, reader_readline(__VA_ARGS__))
#define reader_readuntil(...) (AT_LINE, reader_readuntil(__VA_ARGS__))
#define async_start_server(...) (AT_LINE, async_start_server(__VA_ARGS__))
#define async_start_server_with(...) \
    (AT_LINE, async_start_server_with(__VA_ARGS__))
#define async_start_unix_server(...) \
    (AT_LINE, async_start_unix_server(__VA_ARGS__))
#define server_serve_forever(...) (AT_LINE, server_serve_forever(__VA_ARGS__))
#define server_wait_closed(...) (AT_LINE, server_wait_closed(__VA_ARGS__))
#define loop_sock_recv(...) (AT_LINE, loop_sock_recv(__VA_ARGS__))
#define loop_sock_sendall(...) (AT_LINE, loop_sock_sendall(__VA_ARGS__))
#define loop_sock_connect(...) (AT_LINE, loop_sock_connect(__VA_ARGS__))
#define loop_sock_accept(...) (AT_LINE, loop_sock_accept(__VA_ARGS__))
#define loop_sock_recvfrom(...) (AT_LINE, loop_sock_recvfrom(__VA_ARGS__))
#define loop_sock_sendto(...) (AT_LINE, loop_sock_sendto(__VA_ARGS__))
#define async_open_connection(...) (AT_LINE, async_open_connection(__VA_ARGS__))
#define async_open_connection_with(...) \
    (AT_LINE, async_open_connection_with(__VA_ARGS__))
#define async_open_unix_connection(...) \
    (AT_LINE, async_open_unix_connection(__VA_ARGS__))
#define writer_drain(...) (AT_LINE, writer_drain(__VA_ARGS__))
#define writer_wait_closed(...) (AT_LINE, writer_wait_closed(__VA_ARGS__))
#define async_open_fd(...) (AT_LINE, async_open_fd(__VA_ARGS__))

/* ---- Iteration ---- */
#define async_generator_new(...) (AT_LINE, async_generator_new(__VA_ARGS__))
#define async_yield(...) (AT_LINE, async_yield(__VA_ARGS__))
#define async_generator_next(...) (AT_LINE, async_generator_next(__VA_ARGS__))
#define async_generator_send(...) (AT_LINE, async_generator_send(__VA_ARGS__))
#define async_generator_throw(...) (AT_LINE, async_generator_throw(__VA_ARGS__))
#define async_generator_aclose(...) \
    (AT_LINE, async_generator_aclose(__VA_ARGS__))
#define loop_shutdown_asyncgens(...) \
    (AT_LINE, loop_shutdown_asyncgens(__VA_ARGS__))
#define async_next(...) (AT_LINE, async_next(__VA_ARGS__))
#define async_collect(...) (AT_LINE, async_collect(__VA_ARGS__))
#define async_with(...) (AT_LINE, async_with(__VA_ARGS__))
#define async_exit_stack_enter_context(...) \
    (AT_LINE, async_exit_stack_enter_context(__VA_ARGS__))
#define async_exit_stack_exit(...) (AT_LINE, async_exit_stack_exit(__VA_ARGS__))

#endif
#endif
