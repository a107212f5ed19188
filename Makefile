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

all: code lib programs book

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

# ---- The library ----
# All layers in one header and one source, made from theirs, and the archive of
# that: outside it nothing is visible but what the header declares.
LIBRARY := $(sort $(wildcard code/[0-9][0-9]_*/*.[ch]))
ifdef SELECTOR
LIBRARY := $(SELECTOR) $(filter-out code/01_select/selector.c,$(LIBRARY))
endif
ASSEMBLE = @mkdir -p $(@D); echo '  MAKE  $@'; \
    sh assemble/assemble.sh $(1) $(LIBRARY) > $@.new && mv $@.new $@ && \
    echo '$(LIBRARY)' > $(B)/weft.files

# A file that is gone makes nothing newer.
ifneq ($(LIBRARY),$(shell cat $(B)/weft.files 2> /dev/null))
$(B)/weft.h $(B)/weft.c: other-files
other-files:
.PHONY: other-files
endif

lib: $(B)/libweft.a $(B)/weft.h

amalgamation: $(B)/weft.c $(B)/weft.h

$(B)/weft.h: $(filter %.h,$(LIBRARY)) $(wildcard assemble/*)
	$(call ASSEMBLE,header)

$(B)/weft.c: $(LIBRARY) $(wildcard assemble/*) LICENSE
	$(call ASSEMBLE,source)

$(B)/weft.o: $(B)/weft.c $(B)/weft.h
	@echo '  CC    $@'
	$(Q)$(CC) $(FLAGS) -c -o $@ $<

$(B)/libweft.a: $(B)/weft.o
	@rm -f $@
	$(Q)$(AR) rcs $@ $<

# Programs on the library: the folders beside the last layer's own sources.
PROGRAMS := $(patsubst code/13_runtime/%/,$(B)/%,$(sort $(dir $(filter-out \
    code/13_runtime/demo/% code/13_runtime/exercises/%,\
    $(wildcard code/13_runtime/*/*.c)))))

programs: $(PROGRAMS)

define PROGRAM
$(B)/$(1): $(sort $(wildcard code/13_runtime/$(1)/*.[ch])) $(B)/weft.h \
    $(B)/libweft.a
	@echo '  CC    $$@'
	$(Q)$(CC) $(FLAGS) -I$(B) -o $$@ $$(filter %.c %.a,$$^) $(LDLIBS)
endef
$(foreach program,$(notdir $(PROGRAMS)),$(eval $(call PROGRAM,$(program))))

PROGRAM_SUITES := $(sort $(wildcard tests/13_runtime/programs/*.sh))

# ---- Installing ----
PREFIX ?= /usr/local
DESTDIR ?=
ROOT = $(DESTDIR)$(PREFIX)
MAN = $(B)/man/weft.3 $(PROGRAMS:$(B)/%=$(B)/man/weft-%.1)

# Without pandoc there are no pages, and one line says so.
man: $(if $(shell command -v $(PANDOC) 2> /dev/null),$(MAN),no-man)

no-man:
	@echo 'No man pages: they need pandoc.'

# From the header; from what a program prints for --help.
TO_MARKDOWN = LC_ALL=C awk -f assemble/tidy.awk
TO_MAN = $(PANDOC) -s -f markdown-smart -t man -M footer='Weft' \
    -M title=$$(echo $(basename $(@F)) | tr a-z A-Z) \
    -M section=$(subst .,,$(suffix $@))

$(B)/man/weft.3: $(B)/weft.h $(wildcard assemble/*)
	@mkdir -p $(@D)
	@echo '  MAN   $@'
	$(Q)$(TO_MARKDOWN) -f assemble/man3.awk $< | cat assemble/weft.3.md - > $@.md
	$(Q)$(TO_MAN) -o $@ $@.md

$(B)/man/weft-%.1: $(B)/% $(wildcard assemble/*)
	@mkdir -p $(@D)
	@echo '  MAN   $@'
	$(Q)$< --help > $@.help
	$(Q)$(TO_MARKDOWN) -f assemble/man1.awk -v NAME=weft-$* $@.help > $@.md
	$(Q)$(TO_MAN) -o $@ $@.md

install: lib programs man
	install -d '$(ROOT)/include' '$(ROOT)/lib/pkgconfig' \
	    '$(ROOT)/bin' '$(ROOT)/share/doc/weft'
	install -m 644 $(B)/weft.h '$(ROOT)/include'
	install -m 644 $(B)/libweft.a '$(ROOT)/lib'
	sed -e 's|@PREFIX@|$(PREFIX)|' -e "s|@VERSION@|$$(sed -n \
	    's/^#define WEFT_VERSION "\(.*\)"/\1/p' $(B)/weft.h)|" \
	    assemble/weft.pc.in > '$(ROOT)/lib/pkgconfig/weft.pc'
	chmod 644 '$(ROOT)/lib/pkgconfig/weft.pc'
	for program in $(notdir $(PROGRAMS)); do \
	    install -m 755 $(B)/$$program '$(ROOT)/bin'/weft-$$program || exit 1; \
	done
	for page in $(MAN); do \
	    test -f $$page || continue; \
	    install -d '$(ROOT)/share/man'/man$${page##*.} && \
	    install -m 644 $$page '$(ROOT)/share/man'/man$${page##*.} || exit 1; \
	done
	install -m 644 LICENSE '$(ROOT)/share/doc/weft'

uninstall:
	rm -f '$(ROOT)/include/weft.h' '$(ROOT)/lib/libweft.a' \
	    '$(ROOT)/lib/pkgconfig/weft.pc'
	for name in $(notdir $(MAN)); do \
	    rm -f '$(ROOT)/share/man'/man$${name##*.}/$$name; \
	done
	for program in $(notdir $(PROGRAMS)); do \
	    rm -f '$(ROOT)/bin'/weft-$$program; \
	done
	rm -rf '$(ROOT)/share/doc/weft'

# ---- Conformance ----
# What is held against asyncio itself: each prints the same as its twin.
CONFORMANCE := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/conformance/*.c)))
CONFORMANCE_SUITES := $(wildcard tests/conformance/compare.sh)

$(CONFORMANCE): $(B)/%: %.c $(wildcard tests/conformance/*.h) $(B)/weft.h \
    $(B)/libweft.a
	@mkdir -p $(@D)
	@echo '  CC    $@'
	$(Q)$(CC) $(FLAGS) -I$(B) -o $@ $< $(B)/libweft.a $(LDLIBS)

# The book, on the book's own server: make serve PORT=8080
PORT = 8000

serve: $(B)/serve book
	@test -d $(OUT)/html || { echo 'Without a book there is nothing to serve.'; \
	    exit 1; }
	@$(B)/serve --port $(PORT) $(OUT)/html

# ---- One chapter ----
PROGRAMS_13 = $(PROGRAMS)
SUITES_13 = $(foreach suite,$(PROGRAM_SUITES),'sh $(suite)')

define CHAPTER
NAME_$(1) := $(filter $(1)_%,$(LAYERS))

ch$(1): $(B)/$$(NAME_$(1)).a $$(DEMOS_$$(NAME_$(1))) $$(TESTS_$$(NAME_$(1))) \
    $$(PROGRAMS_$(1))

demo-$(1): ch$(1) $(B)/play
	@$(SCRIPT) tests/tour.sh $$(NAME_$(1))

test-$(1): ch$(1) $(B)/play
	@$(SCRIPT) tests/run.sh $$(TESTS_$$(NAME_$(1))) \
	    'sh tests/transcripts.sh $$(NAME_$(1))' 'sh tests/exercises.sh $(1)' \
	    $$(SUITES_$(1))

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
	    $(foreach suite,$(PROGRAM_SUITES) $(CONFORMANCE_SUITES),'sh $(suite)') \
	    $(foreach suite,$(filter-out %/pages.sh,\
	    $(sort $(wildcard tests/workshop/*.sh))),'sh $(suite)')

# The pages of the book, in a browser; and the book, in a second pandoc.
test-pages: book
	@$(SCRIPT) tests/run.sh 'sh tests/workshop/pages.sh'

# The book, read through its own server: by crawl, curl, wrk and a browser.
test-served: $(B)/serve $(B)/crawl book
	@$(SCRIPT) tests/run.sh 'sh tests/13_runtime/served.sh'

# The code alone: what another compiler, selector or sanitizer has to prove.
# TESTED: of which layers.
TESTED = $(LAYERS)

test-code: $(foreach layer,$(TESTED),$(B)/$(layer).a $(DEMOS_$(layer)) \
    $(TESTS_$(layer))) $(if $(filter 13_%,$(TESTED)),$(PROGRAMS)) $(B)/play
	@$(SCRIPT) tests/run.sh $(foreach layer,$(TESTED),$(TESTS_$(layer))) \
	    $(foreach layer,$(TESTED),'sh tests/transcripts.sh $(layer)')

# Without playing the demos, each of which is compiled as the book says.
test-suites: $(foreach layer,$(TESTED),$(DEMOS_$(layer)) $(TESTS_$(layer)))
	@$(SCRIPT) tests/run.sh $(foreach layer,$(TESTED),$(TESTS_$(layer)))

test-programs: $(CODE) $(TESTS) lib $(PROGRAMS) $(CONFORMANCE)

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

# Draws the plots anew, with gnuplot, from the tables in the transcripts; and
# the picture of a trace.
figures: $(B)/timeline $(B)/demo/13_runtime/trace
	@sh chapters/figures/kitchen.sh $(B) > $(B)/kitchen.svg && \
	    mv $(B)/kitchen.svg chapters/figures/kitchen.svg
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
#: make lib           build/libweft.a and build/weft.h: all layers, to link with
#: make amalgamation  build/weft.c and build/weft.h: to copy into a project
#: make programs      build/NAME of each folder code/13_runtime/NAME
#: make install       the library, the programs, man pages: PREFIX=, DESTDIR=
#: make uninstall     removes them
#: make serve         serves the book at http://127.0.0.1:8000 (PORT=)
#: make slides        build/html/slides/NN_slug.html, made with the book
#: make lint          holds the code against the rules of the house
#: make handout       build/handout: the copy for students, without solutions
#: make test-pages    the book's pages in headless Chromium (Node.js, epubcheck)
#: make test-served   the book as serve serves it (curl, wrk, chromium)
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

.PHONY: all code serve lib amalgamation programs man no-man install uninstall \
    tour test test-code test-suites test-programs test-pages test-served test-asan \
    test-tsan test-valgrind test-shuffle test-poll test-fortify test-signal \
    test-faults test-musl test-32 test-arm64 lint transcripts figures bench \
    grade handout clean help \
    $(foreach number,$(NUMBERS),\
    ch$(number) demo-$(number) test-$(number) grade-$(number))
