-- book.lua: makes the book, or refuses to.  A pandoc filter, for 2.17 and on.
--
--   pandoc book.md -L chapters/web/book.lua -M split=DIR ...
--
-- book.md names the chapters, in order.  The filter reads them, quotes the C
-- files and the transcripts, numbers, links and checks everything, and only
-- then writes: a book with a mistake in it leaves no page behind.
--
-- Metadata, set by book.mk:
--   chapters, code, transcripts, exercises, slides
--                   what the book must contain, as paths
--   split=DIR       a page a chapter into DIR; the document is the landing page
--   check-only      checks, and makes nothing
--   version         shown at the foot of each page

local WEB = PANDOC_SCRIPT_FILE:match('^(.*)/[^/]*$') or '.'
local loaded = {}

-- The other files of the filter stand beside this one.
function PART(name)
    loaded[name] = loaded[name] or dofile(WEB .. '/' .. name .. '.lua')
    return loaded[name]
end

local text = PART('text')
local markdown = PART('markdown')
local source = PART('source')
local ids = PART('ids')
local quote = PART('quote')
local chapter_of = PART('chapter')
local slides = PART('slides')
local python = PART('python')
local pages = PART('pages')

local stringify = pandoc.utils.stringify

-- book.md ------------------------------------------------------------------

local function is_chapter_link(inline)
    return inline and inline.t == 'Link'
        and inline.target:match('^chapters/[^/]*%.md$') ~= nil
end

local function first_link(item)
    local inline = item[1] and item[1].content and item[1].content[1]
    return is_chapter_link(inline) and inline or nil
end

local function is_list_of_chapters(block)
    return (block.t == 'OrderedList' or block.t == 'BulletList')
        and #block.content > 0 and first_link(block.content[1]) ~= nil
end

local function add_chapter(book, part, item)
    local link = first_link(item)
    local path = link and text.join(text.folder(book.path), link.target)
    local chapter = path and chapter_of.read(path)
    local where = link and link.attributes.where or book.path
    if not chapter then
        text.problem(where, 'no such chapter: %s', path or stringify(item))
    elseif book.by_path[path] then
        text.problem(where, '%s is listed twice', path)
    else
        local words = item[1].content:clone()
        words:remove(1)
        local summary = stringify(words):gsub('^[%s:,.–—-]+', '')
        chapter.summary = summary ~= '' and summary or nil
        book.by_path[path] = chapter
        book.chapters[#book.chapters + 1] = chapter
        part.chapters[#part.chapters + 1] = chapter
    end
end

-- A list of links to chapters is a part of the book, named by the heading
-- before it.  home: the blocks of book.md, lists and their headings aside.
local function read_book(book)
    local doc, book_source = markdown.read(book.path, text.read(book.path))
    book.source = book_source
    for _, block in ipairs(doc.blocks) do
        if is_list_of_chapters(block) then
            local part = { chapters = {} }
            local before = book.home[#book.home]
            if before and before.t == 'Header' then
                part.title = stringify(before.content)
                book.home:remove()
            end
            book.parts[#book.parts + 1] = part
            book.home:insert {
                part = part, before = part.title and { before } or {} }
            for _, item in ipairs(block.content) do
                add_chapter(book, part, item)
            end
        else
            book.home:insert(block)
        end
    end
    if #book.chapters == 0 then
        text.problem(book.path .. ':1', 'the book lists no chapter')
    end
end

-- What the book must contain -----------------------------------------------

local function load_files(book, list)
    for _, path in ipairs(text.words(list)) do
        local file = source.load(path)
        if file then
            book.files[#book.files + 1] = file
            book.by_file[path] = file
        else
            text.problem(path .. ':1', 'cannot be read')
        end
    end
end

-- path -> where it is quoted; and the paths in order.
local function load_list(list)
    local uses, paths = {}, {}
    for _, path in ipairs(text.words(list)) do
        path = path:gsub('/+$', '')
        if not uses[path] then
            uses[path] = {}
            paths[#paths + 1] = path
        end
    end
    return uses, paths
end

local function metadata(meta, name)
    local value = meta[name] and stringify(meta[name]) or ''
    return value ~= '' and value or nil
end

local function new_book(meta)
    local book = {
        path = PANDOC_STATE.input_files[1], web = WEB, meta = meta,
        title = metadata(meta, 'title') or 'The book',
        version = metadata(meta, 'version'),
        split = metadata(meta, 'split'),
        render = not meta['check-only'],
        is_epub = FORMAT:match('epub') ~= nil,
        chapters = {}, by_path = {}, parts = {}, home = pandoc.List(),
        files = {}, by_file = {}, definitions = {}, decks = {}, alts = {},
    }
    load_files(book, metadata(meta, 'code'))
    book.transcripts, book.transcript_list =
        load_list(metadata(meta, 'transcripts'))
    book.exercises, book.exercise_list =
        load_list(metadata(meta, 'exercises'))
    return book
end

-- Passes -------------------------------------------------------------------

-- The text of book.md is treated as a chapter without a number, whose page is
-- the landing page.
local function number_home(book)
    local home = {
        path = book.path, stem = 'preface', page = 'index.html',
        source = book.source, ids = {}, headings = {}, heading_counts = {},
        level = 1, id = 'preface', title = book.title, listings = 0,
        figures = 0,
    }
    home.ids.preface = { name = book.title, where = book.path }
    book.by_path[book.path], book.home_chapter = home, home
    for i, block in ipairs(book.home) do
        if not block.part then
            home.doc = pandoc.Pandoc { block }
            chapter_of.number(book, home)
            book.home[i] = home.doc.blocks[1]
        end
    end
end

-- name -> its definitions, as far as the book prints them.
local function collect_definitions(book)
    for _, file in ipairs(book.files) do
        for _, d in ipairs(file.definitions) do
            local region = source.region_at(file, d.line)
            d.use = region and region.uses[1]
            if d.use then
                local list = book.definitions[d.name] or {}
                book.definitions[d.name] = list
                list[#list + 1] = d
            end
        end
    end
end

local function check_chapters(book)
    for _, path in ipairs(text.words(metadata(book.meta, 'chapters'))) do
        if not book.by_path[path] then
            text.problem(path .. ':1', 'this chapter is not in %s', book.path)
        end
    end
end

local function check_and_finish(book)
    number_home(book)
    for _, chapter in ipairs(book.chapters) do
        chapter_of.number(book, chapter)
    end
    collect_definitions(book)
    for _, chapter in ipairs(book.chapters) do
        chapter_of.collect_tables(chapter)
    end
    python.expand(book)
    for _, chapter in ipairs(book.chapters) do
        chapter.blocks = chapter_of.finish(book, chapter, chapter.doc.blocks)
    end
    pages.home_blocks(book)
    for _, deck in ipairs(book.decks) do
        slides.number(book, deck)
    end
    check_chapters(book)
    python.check(book)
    quote.check_complete(book)
    text.stop_if_problems()
end

function Pandoc(doc)
    local book = new_book(doc.meta)
    read_book(book)
    slides.read(book, metadata(doc.meta, 'slides'))
    check_and_finish(book)
    if not book.render then
        return pandoc.Pandoc {}
    end
    pages.add_appendices(book)
    if not book.split then
        return pages.whole(book, doc.meta)
    end
    book.template = pandoc.template.compile(text.read(WEB .. '/page.html'))
    pages.write_all(book)
    slides.write_all(book)
    return pages.landing(book, doc.meta)
end
