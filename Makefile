# Makefile - everything is found in the folders: there is no list to maintain.
# A layer is a folder code/NN_name; `make help` says what can be made, and V=1
# shows the commands.

CC ?= cc
CFLAGS ?= -O2 -g
LDLIBS = -lpthread -lm
AR ?= ar
B = build
Q = $(if $(V),,@)

# POSIX, and MAP_ANONYMOUS, which some systems hide from who asks for POSIX.
ALSO_Darwin = -D_DARWIN_C_SOURCE
ALSO_FreeBSD = -U_XOPEN_SOURCE
ALSO_NetBSD = -D_NETBSD_SOURCE
ALSO_OpenBSD = -D_BSD_SOURCE
STANDARD = -std=c11 -D_XOPEN_SOURCE=700 $(ALSO_$(shell uname))
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wno-unused-parameter -Werror
FLAGS = $(STANDARD) $(WARNINGS) $(CFLAGS)

# Another selector in place of ours: make test SELECTOR=path/to/selector.c
ifdef SELECTOR
B = build/with-$(subst /,-,$(basename $(SELECTOR)))
endif

LAYERS := $(patsubst code/%/,%,$(sort $(wildcard code/[0-9][0-9]_*/)))
NUMBERS := $(foreach layer,$(LAYERS),$(firstword $(subst _, ,$(layer))))
SCRIPT = MAKEFLAGS= CC='$(CC)' CFLAGS='$(FLAGS)' LDLIBS='$(LDLIBS)' B='$(B)' sh

all: code book

include chapters/web/book.mk

# ---- Programs ----
$(B)/play: tests/play.c
	@mkdir -p $(@D)
	@echo '  CC    $@'
	$(Q)$(CC) $(FLAGS) -o $@ $<

$(B)/%.o: code/%.c
	@mkdir -p $(@D)
	@echo '  CC    $@'
	$(Q)$(CC) $(FLAGS) -MMD -MP -c -o $@ $<

ifdef SELECTOR
$(B)/01_select/selector.o: $(SELECTOR)
	@mkdir -p $(@D)
	@echo '  CC    $@'
	$(Q)$(CC) $(FLAGS) -I$(firstword $(wildcard code/01_select/exercises/*/)) \
	    -c -o $@ $<
endif

# One layer: its archive, its demos and tests over it and those below it.
define LAYER
OBJECTS_$(1) := $(patsubst code/%.c,$(B)/%.o,$(sort $(wildcard code/$(1)/*.c)))
BELOW_$(1) := $$(ARCHIVES)
ARCHIVES := $(B)/$(1).a $$(ARCHIVES)
DEMOS_$(1) := $(patsubst code/$(1)/demo/%.c,$(B)/demo/$(1)/%,\
    $(wildcard code/$(1)/demo/*.c))
TESTS_$(1) := $(patsubst tests/%.c,$(B)/tests/%,\
    $(sort $(wildcard tests/$(1)/*.c)))

$(B)/$(1).a: $$(OBJECTS_$(1))
	@rm -f $$@
	$(Q)$(AR) rcs $$@ $$^

$(B)/demo/$(1)/%: code/$(1)/demo/%.c $(B)/$(1).a $$(BELOW_$(1))
	@mkdir -p $$(@D)
	@echo '  CC    $$@'
	$(Q)$(CC) $(FLAGS) -MMD -MP -o $$@ $$< $$(filter %.a,$$^) $(LDLIBS)

$(B)/tests/$(1)/%: tests/$(1)/%.c $(B)/$(1).a $$(BELOW_$(1))
	@mkdir -p $$(@D)
	@echo '  CC    $$@'
	$(Q)$(CC) $(FLAGS) -MMD -MP -o $$@ $$< $$(filter %.a,$$^) $(LDLIBS)

CODE += $(B)/$(1).a $$(DEMOS_$(1))
TESTS += $$(TESTS_$(1))
endef
$(foreach layer,$(LAYERS),$(eval $(call LAYER,$(layer))))
-include $(wildcard $(B)/*/*.d $(B)/*/*/*.d)

code: $(CODE)

# ---- One chapter ----
define CHAPTER
NAME_$(1) := $(filter $(1)_%,$(LAYERS))

ch$(1): $(B)/$$(NAME_$(1)).a $$(DEMOS_$$(NAME_$(1))) $$(TESTS_$$(NAME_$(1)))

demo-$(1): ch$(1) $(B)/play
	@$(SCRIPT) tests/tour.sh $$(NAME_$(1))

test-$(1): ch$(1) $(B)/play
	@$(SCRIPT) tests/run.sh $$(TESTS_$$(NAME_$(1))) \
	    'sh tests/transcripts.sh $$(NAME_$(1))' 'sh tests/exercises.sh $(1)'

grade-$(1): $(B)/$$(NAME_$(1)).a $$(BELOW_$$(NAME_$(1)))
	@$(SCRIPT) tests/grade.sh $(1)
endef
$(foreach number,$(NUMBERS),$(eval $(call CHAPTER,$(number))))

# ---- All chapters ----
tour: all $(B)/play
	@$(SCRIPT) tests/tour.sh $(LAYERS)

# What a compiler, make and a shell can prove; what needs more says so.
test: test-programs $(B)/play
	@$(SCRIPT) tests/run.sh $(TESTS) \
	    $(foreach layer,$(LAYERS),'sh tests/transcripts.sh $(layer)') \
	    'sh tests/exercises.sh' \
	    $(foreach suite,$(filter-out %/pages.sh,\
	    $(sort $(wildcard tests/workshop/*.sh))),'sh $(suite)')

# The pages of the book, in a browser; and the book, in a second pandoc.
test-pages: book
	@$(SCRIPT) tests/run.sh 'sh tests/workshop/pages.sh'

# The code alone: what another compiler, selector or sanitizer has to prove.
# TESTED: of which layers.
TESTED = $(LAYERS)

test-code: $(foreach layer,$(TESTED),$(B)/$(layer).a $(DEMOS_$(layer)) \
    $(TESTS_$(layer))) $(B)/play
	@$(SCRIPT) tests/run.sh $(foreach layer,$(TESTED),$(TESTS_$(layer))) \
	    $(foreach layer,$(TESTED),'sh tests/transcripts.sh $(layer)')

# Without playing the demos, each of which is compiled as the book says.
test-suites: $(foreach layer,$(TESTED),$(DEMOS_$(layer)) $(TESTS_$(layer)))
	@$(SCRIPT) tests/run.sh $(foreach layer,$(TESTED),$(TESTS_$(layer)))

test-programs: $(CODE) $(TESTS)

grade: $(CODE)
	@$(SCRIPT) tests/grade.sh all

# ---- The same tests, another way ----
test-asan:
	@$(MAKE) test-suites \
	    B=build/asan-$(notdir $(firstword $(CC))) \
	    CFLAGS='-O1 -g -fno-omit-frame-pointer \
	    -fsanitize=address,undefined -fno-sanitize-recover=all'

# Every system call fails once, in each way that its manual page names.
SHIM := $(addprefix tests/faults/,faults.c shim.c calls.c)
FAULTS := $(patsubst tests/%.c,$(B)/tests/%,$(filter-out $(SHIM),\
    $(sort $(wildcard tests/faults/*.c))))

$(FAULTS): $(B)/tests/%: tests/%.c $(SHIM) $(wildcard tests/faults/*.h) \
    tests/check.h $(ARCHIVES)
	@mkdir -p $(@D)
	@echo '  CC    $@'
	$(Q)$(CC) $(FLAGS) -o $@ $(filter %.c %.a,$^) -ldl $(LDLIBS)

test-faults: $(FAULTS)
	@$(SCRIPT) tests/run.sh $(FAULTS)

test-tsan:
	@CANNOT=$(ELSEWHERE)/tsan.cannot TSAN_OPTIONS=atexit_sleep_ms=0 \
	    $(MAKE) test-suites \
	    B=build/tsan-$(notdir $(firstword $(CC))) \
	    CFLAGS='-O1 -g -fsanitize=thread'

# SPARED: patterns of programs that take minutes there.
test-valgrind: $(foreach layer,$(TESTED),$(TESTS_$(layer)))
	@CHECK_TIMEOUT=20 $(SCRIPT) tests/run.sh $(foreach layer,$(TESTED),\
	    $(foreach test,$(filter-out $(SPARED),$(TESTS_$(layer))),\
	    'valgrind -q --leak-check=full --error-exitcode=99 $(test)'))

# Each turn in another order; who needs the order has turned that off.
SEEDS = 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20

test-shuffle: test-programs
	@for seed in $(SEEDS); do \
	    echo "WEFT_SHUFFLE=$$seed"; \
	    WEFT_SHUFFLE=$$seed $(SCRIPT) tests/run.sh \
	        $(filter-out $(B)/tests/01_select/%,$(TESTS)) || exit 1; \
	done

test-poll:
	@test -n "$(wildcard tests/01_select/exercises/*_poll/solution.c)" || \
	    { echo 'a handout has no solution: make test-code SELECTOR=yours.c'; \
	    exit 1; }
	@$(MAKE) test-code TESTED='$(filter 01_% 02_%,$(LAYERS))' \
	    SELECTOR=$(wildcard tests/01_select/exercises/*_poll/solution.c)

# With what the C library checks of how it is called: Ubuntu builds so.
FORTIFY = -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3

test-fortify:
	@$(MAKE) test-suites \
	    B=build/fortify-$(notdir $(firstword $(CC))) \
	    CFLAGS='$(CFLAGS) $(FORTIFY)'

# Coroutines begin by a signal, as where there is no makecontext().
test-signal:
	@STAGE_CFLAGS=-DCORO_BY_SIGNAL $(MAKE) test-code \
	    B=build/signal-$(notdir $(firstword $(CC))) \
	    TESTED='$(filter-out 01_% 02_% 03_%,$(LAYERS))' \
	    CFLAGS='$(CFLAGS) -DCORO_BY_SIGNAL='

# ---- Elsewhere: another C library, other machines ----
# *.cannot says what cannot pass there, and why.
ELSEWHERE = tests/workshop/elsewhere

# Compiles with $(1) and runs; if it cannot, says in $(2) what is missing.
define TRY
	@mkdir -p build
	@echo 'int main(void) { return 0; }' > build/try.c
	@$(1) -include errno.h -o build/try build/try.c 2> build/try.log && \
	    build/try || { echo '$@: $(2)'; exit 1; }
endef

# SUITES=test-suites: without playing the demos.
SUITES = test-code

test-musl:
	$(call TRY,musl-gcc,needs musl-gcc: apt-get install musl-tools)
	@CANNOT=$(ELSEWHERE)/musl.cannot $(MAKE) $(SUITES) B=build/musl CC=musl-gcc

# Only gcc-multilib tells a compiler where <asm/errno.h> is, and it cannot be
# installed beside a compiler for another machine.
M32 = $(CC) -m32 -idirafter /usr/include/$(shell uname -m)-linux-gnu

test-32:
	$(call TRY,$(M32),needs 32-bit libraries: apt-get install gcc-12-multilib)
	@CANNOT=$(ELSEWHERE)/32.cannot $(MAKE) $(SUITES) \
	    B=build/32-$(notdir $(firstword $(CC))) CC='$(M32)'

# The emulator aborts in select() past FD_SETSIZE.
ARM64 = sh $(CURDIR)/$(ELSEWHERE)/arm64_cc.sh

test-arm64:
	$(call TRY,$(ARM64),needs gcc-aarch64-linux-gnu and qemu-user: apt-get)
	@CHECK_TIMEOUT=10 CANNOT=$(ELSEWHERE)/arm64.cannot \
	    STAGE_CFLAGS=-DSELECTOR_STRICT $(MAKE) test-code B=build/arm64 \
	    CC='$(ARM64)' CFLAGS='$(CFLAGS) -DSELECTOR_STRICT'

# ---- The workshop ----
lint:
	@sh tests/lint.sh

# Plays the demos and writes down what they print, as the new transcripts;
# with MEASURE=1 also those that differ in nothing but the times they measured.
transcripts: test-programs $(B)/play
	@$(SCRIPT) tests/transcripts.sh --write $(LAYERS)

# Draws the plots anew, with gnuplot, from the tables in the transcripts.
figures:
	@for plot in chapters/figures/*.gp; do name=$$(basename $$plot .gp); \
	    echo "$$name.svg"; sh chapters/figures/plot.sh \
	    tests/*/demo/$$name.expected $$plot > $${plot%.gp}.svg || exit 1; \
	done

# Measures, and proves nothing: beside the peers that are installed.
bench: $(ARCHIVES)
	@ARCHIVES='$(ARCHIVES)' $(SCRIPT) tests/bench/bench.sh $(WORK)

handout:
	@sh tests/handout.sh build/handout

clean:
	rm -rf build

help:
	@sed -n 's/^#: //p' $(MAKEFILE_LIST)

#: make               all code, and the book if pandoc is there
#: make tour          runs the demos of all chapters, one after the other
#: make test          runs all tests; the last line counts them
#: make ch01          builds chapter 1; so with any other number
#: make demo-01       runs its demos
#: make test-01       runs its tests
#: make grade-01      grades your work on its exercises; make grade: on all
#: make book          build/html/index.html, build/book.html, build/weft.epub
#: make lint          holds the code against the rules of the house
#: make handout       build/handout: the copy for students, without solutions
#: make test-pages    the book's pages in headless Chromium (Node.js, epubcheck)
#: make test-asan     the tests of the code with AddressSanitizer and UBSan
#: make test-faults   while each system call fails, in each way it can
#: make test-tsan     with ThreadSanitizer
#: make test-valgrind under valgrind
#: make test-shuffle  with the callbacks of each turn shuffled, 20 times
#: make test-poll     over the selector that one of the exercises builds
#: make test-fortify  with _FORTIFY_SOURCE=3
#: make test-signal   with coroutines that begin by a signal
#: make test-musl     over another C library, musl (musl-gcc)
#: make test-32       as a 32-bit program (gcc -m32)
#: make test-arm64    for ARM, in an emulator (aarch64-linux-gnu-gcc, qemu)
#: make bench         this runtime beside its peers (tests/bench/README.md)
#: make transcripts   writes down anew what the demos print
#: make figures       draws the plots anew from the transcripts (gnuplot)
#: make clean         removes build/

.PHONY: all code tour test test-code test-suites test-programs test-pages test-asan \
    test-tsan test-valgrind test-shuffle test-poll test-fortify test-signal \
    test-faults \
    test-musl test-32 test-arm64 lint transcripts figures bench grade handout \
    clean help \
    $(foreach number,$(NUMBERS),\
    ch$(number) demo-$(number) test-$(number) grade-$(number))
