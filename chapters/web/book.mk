# book.mk: makes the book.  `include chapters/web/book.mk` from the Makefile of
# the repository's root.  Nothing is listed here: what the book must contain is
# what is in code/ and tests/, and book.md orders the chapters.
#
#   make book        build/html/, build/book.html, build/weft.epub; where pandoc
#                    is missing, says so and goes on (BOOK_REQUIRED=1: fails)
#   make html single epub check-book      one of them; html has the slides,
#                    build/html/slides/NN_slug.html: make slides
#
# Each file is made under another name and renamed when it is whole, so that a
# failed build leaves the last good book in place.

OUT ?= build
PANDOC ?= pandoc
BOOK_VERSION ?= $(shell git describe --always --dirty 2>/dev/null)

BOOK_WEB := chapters/web
BOOK_CHAPTERS := $(sort $(wildcard chapters/*.md))
BOOK_SLIDES := $(sort $(wildcard chapters/slides/*.md))
BOOK_CODE := $(sort $(wildcard code/*/*.[ch] code/*/*/*.[ch]))
BOOK_TRANSCRIPTS := $(sort $(wildcard tests/*/demo/*.expected \
    tests/*/stops/*.expected))
BOOK_EXERCISES := $(sort $(dir $(wildcard code/*/exercises/*/*)))
BOOK_INPUTS := book.md $(BOOK_CHAPTERS) $(BOOK_SLIDES) $(BOOK_CODE) \
    $(BOOK_TRANSCRIPTS) $(wildcard chapters/figures/*.svg $(BOOK_WEB)/*.* \
        code/*/exercises/*/README.md tests/*/exercises/*/check.c)

BOOK_RUN = $(PANDOC) book.md --fail-if-warnings -L $(BOOK_WEB)/book.lua \
    -M chapters="$(BOOK_CHAPTERS)" -M code="$(BOOK_CODE)" \
    -M transcripts="$(BOOK_TRANSCRIPTS)" -M exercises="$(BOOK_EXERCISES)" \
    -M slides="$(BOOK_SLIDES)" -M version="$(BOOK_VERSION)"
BOOK_PAGE = -t html5 --template=$(BOOK_WEB)/page.html --section-divs

.PHONY: book html slides single epub check-book book-lists

book:
	@if command -v $(PANDOC) >/dev/null 2>&1; then \
	    $(MAKE) --no-print-directory html; \
	else \
	    echo 'No book: it needs pandoc (apt-get install pandoc, or brew' \
	        'install pandoc); chapters/*.md can be read without.'; \
	    test -z "$(BOOK_REQUIRED)"; \
	fi

html slides: $(OUT)/html/index.html
single: $(OUT)/book.html
epub: $(OUT)/weft.epub

check-book:
	@$(BOOK_RUN) -M check-only=true -t html5 -o /dev/null

# For another pandoc than $(PANDOC): what the filter is told.
book-lists:
	@echo 'chapters=$(BOOK_CHAPTERS)'
	@echo 'code=$(BOOK_CODE)'
	@echo 'transcripts=$(BOOK_TRANSCRIPTS)'
	@echo 'exercises=$(BOOK_EXERCISES)'
	@echo 'slides=$(BOOK_SLIDES)'

$(OUT)/html/index.html: $(BOOK_INPUTS) $(OUT)/book.html $(OUT)/weft.epub
	@rm -rf $(OUT)/html.new && mkdir -p $(OUT)/html.new/src \
	    $(OUT)/html.new/slides
	@$(BOOK_RUN) $(BOOK_PAGE) -M split=$(OUT)/html.new -M downloads=true \
	    -o $(OUT)/html.new/index.html || { rm -rf $(OUT)/html.new; exit 1; }
	@cp $(BOOK_WEB)/style.css $(BOOK_WEB)/search.js $(BOOK_WEB)/slides.css \
	    $(BOOK_WEB)/slides.js $(OUT)/book.html $(OUT)/weft.epub \
	    $(OUT)/html.new/
	@rm -rf $(OUT)/html && mv $(OUT)/html.new $(OUT)/html
	@echo "BOOK $@"

$(OUT)/book.html: $(BOOK_INPUTS)
	@mkdir -p $(OUT)
	@$(BOOK_RUN) $(BOOK_PAGE) -o $@.new && mv $@.new $@
	@echo "BOOK $@"

$(OUT)/weft.epub: $(BOOK_INPUTS)
	@mkdir -p $(OUT)
	@$(BOOK_RUN) -t epub3 --css=$(BOOK_WEB)/epub.css --toc-depth=2 \
	    -o $@.new && mv $@.new $@
	@echo "BOOK $@"
