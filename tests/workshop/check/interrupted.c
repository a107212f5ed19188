/* A test that is interrupted from outside: if it lives on, it says so on the
 * named pipe after some seconds. See tests/workshop/check.sh. */
#include "../../check.h"

TEST(waits_to_be_interrupted)
{
    int fd = open(getenv("INTERRUPTED_PIPE"), O_WRONLY);
    CHECK(fd >= 0);
    sleep(4);
    CHECK(write(fd, "alive\n", 6) == 6);
}
