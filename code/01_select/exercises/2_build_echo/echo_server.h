/* echo_server.h - one function, for you to write. */
#ifndef ECHO_SERVER_H
#define ECHO_SERVER_H

/* Serves until `farewells` clients have ended.  0, or an errno value.  The
 * listener is open already; it is the caller's, and stays open. */
int serve_echo(int listener, int farewells);

#endif
