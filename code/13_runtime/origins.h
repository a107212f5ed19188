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
#define HERE async_here(__FILE__, __LINE__)

/* ---- Futures, coroutines, tasks ---- */
#define future_new(...) (HERE, future_new(__VA_ARGS__))
#define coro_new(...) (HERE, coro_new(__VA_ARGS__))
#define async_create_task(...) (HERE, async_create_task(__VA_ARGS__))
#define async_create_task_copy(...) (HERE, async_create_task_copy(__VA_ARGS__))
#define async_create_task_with(...) (HERE, async_create_task_with(__VA_ARGS__))
#define loop_create_task(...) (HERE, loop_create_task(__VA_ARGS__))
#define loop_create_task_with(...) (HERE, loop_create_task_with(__VA_ARGS__))
#define await(...) (HERE, await(__VA_ARGS__))
#define task_join(...) (HERE, task_join(__VA_ARGS__))
#define async_sleep(...) (HERE, async_sleep(__VA_ARGS__))
#define async_sleep_result(...) (HERE, async_sleep_result(__VA_ARGS__))

/* ---- Several at once ---- */
#define async_gather(...) (HERE, async_gather(__VA_ARGS__))
#define async_gather_calls(...) (HERE, async_gather_calls(__VA_ARGS__))
#define taskgroup_enter(...) (HERE, taskgroup_enter(__VA_ARGS__))
#define taskgroup_exit(...) (HERE, taskgroup_exit(__VA_ARGS__))
#define taskgroup_create_task(...) (HERE, taskgroup_create_task(__VA_ARGS__))
#define taskgroup_create_task_with(...) \
    (HERE, taskgroup_create_task_with(__VA_ARGS__))
#define taskgroup_spawn(...) (HERE, taskgroup_spawn(__VA_ARGS__))
#define timeout_enter(...) (HERE, timeout_enter(__VA_ARGS__))
#define timeout_enter_at(...) (HERE, timeout_enter_at(__VA_ARGS__))
#define async_wait_for(...) (HERE, async_wait_for(__VA_ARGS__))
#define async_wait_for_call(...) (HERE, async_wait_for_call(__VA_ARGS__))
#define async_wait(...) (HERE, async_wait(__VA_ARGS__))
#define as_completed_next(...) (HERE, as_completed_next(__VA_ARGS__))
#define async_shield(...) (HERE, async_shield(__VA_ARGS__))

/* ---- Locks and queues ---- */
#define barrier_wait(...) (HERE, barrier_wait(__VA_ARGS__))
#define barrier_reset(...) (HERE, barrier_reset(__VA_ARGS__))
#define barrier_abort(...) (HERE, barrier_abort(__VA_ARGS__))
#define condition_acquire(...) (HERE, condition_acquire(__VA_ARGS__))
#define condition_wait(...) (HERE, condition_wait(__VA_ARGS__))
#define condition_wait_for(...) (HERE, condition_wait_for(__VA_ARGS__))
#define event_wait(...) (HERE, event_wait(__VA_ARGS__))
#define lock_acquire(...) (HERE, lock_acquire(__VA_ARGS__))
#define semaphore_acquire(...) (HERE, semaphore_acquire(__VA_ARGS__))
#define queue_put(...) (HERE, queue_put(__VA_ARGS__))
#define queue_get(...) (HERE, queue_get(__VA_ARGS__))
#define queue_join(...) (HERE, queue_join(__VA_ARGS__))

/* ---- Threads and processes ---- */
#define loop_run_in_executor(...) (HERE, loop_run_in_executor(__VA_ARGS__))
#define async_to_thread(...) (HERE, async_to_thread(__VA_ARGS__))
#define loop_shutdown_default_executor(...) \
    (HERE, loop_shutdown_default_executor(__VA_ARGS__))
#define async_run_coroutine_threadsafe(...) \
    (HERE, async_run_coroutine_threadsafe(__VA_ARGS__))
#define async_create_subprocess_exec(...) \
    (HERE, async_create_subprocess_exec(__VA_ARGS__))
#define async_create_subprocess_shell(...) \
    (HERE, async_create_subprocess_shell(__VA_ARGS__))
#define process_wait(...) (HERE, process_wait(__VA_ARGS__))
#define process_communicate(...) (HERE, process_communicate(__VA_ARGS__))

/* ---- Streams ---- */
#define loop_getaddrinfo(...) (HERE, loop_getaddrinfo(__VA_ARGS__))
#define reader_read(...) (HERE, reader_read(__VA_ARGS__))
#define reader_read_all(...) (HERE, reader_read_all(__VA_ARGS__))
#define reader_readexactly(...) (HERE, reader_readexactly(__VA_ARGS__))
#define reader_readline(...) (HERE, reader_readline(__VA_ARGS__))
#define reader_readuntil(...) (HERE, reader_readuntil(__VA_ARGS__))
#define async_start_server(...) (HERE, async_start_server(__VA_ARGS__))
#define async_start_server_with(...) \
    (HERE, async_start_server_with(__VA_ARGS__))
#define async_start_unix_server(...) \
    (HERE, async_start_unix_server(__VA_ARGS__))
#define server_serve_forever(...) (HERE, server_serve_forever(__VA_ARGS__))
#define server_wait_closed(...) (HERE, server_wait_closed(__VA_ARGS__))
#define loop_sock_recv(...) (HERE, loop_sock_recv(__VA_ARGS__))
#define loop_sock_sendall(...) (HERE, loop_sock_sendall(__VA_ARGS__))
#define loop_sock_connect(...) (HERE, loop_sock_connect(__VA_ARGS__))
#define loop_sock_accept(...) (HERE, loop_sock_accept(__VA_ARGS__))
#define loop_sock_recvfrom(...) (HERE, loop_sock_recvfrom(__VA_ARGS__))
#define loop_sock_sendto(...) (HERE, loop_sock_sendto(__VA_ARGS__))
#define async_open_connection(...) (HERE, async_open_connection(__VA_ARGS__))
#define async_open_connection_with(...) \
    (HERE, async_open_connection_with(__VA_ARGS__))
#define async_open_unix_connection(...) \
    (HERE, async_open_unix_connection(__VA_ARGS__))
#define writer_drain(...) (HERE, writer_drain(__VA_ARGS__))
#define writer_wait_closed(...) (HERE, writer_wait_closed(__VA_ARGS__))
#define async_open_fd(...) (HERE, async_open_fd(__VA_ARGS__))

/* ---- Iteration ---- */
#define async_generator_new(...) (HERE, async_generator_new(__VA_ARGS__))
#define async_yield(...) (HERE, async_yield(__VA_ARGS__))
#define async_generator_next(...) (HERE, async_generator_next(__VA_ARGS__))
#define async_generator_send(...) (HERE, async_generator_send(__VA_ARGS__))
#define async_generator_throw(...) (HERE, async_generator_throw(__VA_ARGS__))
#define async_generator_aclose(...) (HERE, async_generator_aclose(__VA_ARGS__))
#define loop_shutdown_asyncgens(...) \
    (HERE, loop_shutdown_asyncgens(__VA_ARGS__))
#define async_next(...) (HERE, async_next(__VA_ARGS__))
#define async_collect(...) (HERE, async_collect(__VA_ARGS__))
#define async_with(...) (HERE, async_with(__VA_ARGS__))
#define async_exit_stack_enter(...) (HERE, async_exit_stack_enter(__VA_ARGS__))
#define async_exit_stack_enter_context(...) \
    (HERE, async_exit_stack_enter_context(__VA_ARGS__))
#define async_exit_stack_exit(...) (HERE, async_exit_stack_exit(__VA_ARGS__))

#endif
#endif
