/* again.h - a macro for what another header declares; see WEFT_TWICE. */
#ifndef AGAIN_H
#define AGAIN_H

#ifdef WEFT_TWICE
#define high_sum(...) (high_sum(__VA_ARGS__) * 2)
#endif

#endif
