-- pages.lua: what is made from the finished chapters: pages, contents,
-- appendices, the pages of the source files, the search index.
-- Everything here runs only after all checks have passed.

local text = PART('text')
local source = PART('source')
local ids = PART('ids')
local quote = PART('quote')
local chapter_of = PART('chapter')
local index = PART('index')
local names = PART('names')
local pages = {}

local stringify = pandoc.utils.stringify
local html = text.html

local function raw(s)
    return pandoc.RawBlock('html', s)
end

local function meta_html(s)
    return pandoc.MetaBlocks { raw(s) }
end

-- Appendices ---------------------------------------------------------------

-- A page that no Markdown file is behind; it joins the last part.
local function add_appendix(book, stem, title, blocks)
    blocks:insert(1, pandoc.Header(1, title, pandoc.Attr(stem)))
    local entry = { level = 1, id = stem, name = title }
    local appendix = {
        stem = stem, title = title, id = stem, path = 'chapters/' .. stem,
        page = stem .. '.html',
        ids = { [stem] = entry }, headings = { entry }, blocks = blocks,
        is_made = true,
    }
    book.chapters[#book.chapters + 1] = appendix
    local part = book.parts[#book.parts]
    part.chapters[#part.chapters + 1] = appendix
    return appendix
end

-- "selector.h - one wait for many descriptors." -> what follows the dash.
local function summary(file)
    local words = (file.lines[1] or '')
        :match('^/%*%s+%S+%s+%-+%s+(.-)%s*%*?/?$') or ''
    return (words:gsub('^%l', string.upper))
end

local function add_sources_appendix(book)
    if not book.split or #book.files == 0 then
        return
    end
    local blocks, lists = pandoc.List(), {}
    for _, file in ipairs(book.files) do
        local name = text.folder(file.path)
        local items = lists[name]
        if not items then
            items = {}
            lists[name] = items
            blocks:insert(pandoc.Header(2, { pandoc.Code(name) },
                pandoc.Attr(text.slug(name))))
            blocks:insert(items)
        end
        items[#items + 1] = { pandoc.Plain {
            pandoc.Link({ pandoc.Code(file.path:match('[^/]+$')) },
                ids.address_of_source(book, '', file)),
            pandoc.Str(' ' .. summary(file)),
        } }
    end
    for i, block in ipairs(blocks) do
        blocks[i] = block.t and block or
            pandoc.Div({ pandoc.BulletList(block) }, { class = 'files' })
    end
    add_appendix(book, 'sources', 'The source files', blocks)
end

function pages.add_appendices(book)
    index.add_words(book, add_appendix)
    names.add_names(book, add_appendix)
    add_sources_appendix(book)
end

-- Contents -----------------------------------------------------------------

local function numbered_title(chapter)
    return (chapter.number and '<span class="number">' .. chapter.number ..
        '</span> ' or '') .. '<span class="name">' .. html(chapter.title) ..
        '</span>'
end

local function section_items(book, from, chapter)
    local out = {}
    for _, heading in ipairs(chapter.headings) do
        if heading.level == 2 then
            out[#out + 1] = ('<li><a href="%s">%s</a></li>'):format(
                ids.address(book, from, chapter, heading.id),
                html(heading.name))
        end
    end
    return #out > 0 and not chapter.is_made
        and '<ol>' .. table.concat(out, '\n') .. '</ol>' or ''
end

-- The side bar: all chapters; the sections of the current one only.
local function nav_html(book, current, root)
    local out = {}
    for _, part in ipairs(book.parts) do
        if part.title then
            out[#out + 1] = '<p class="part">' .. html(part.title) .. '</p>'
        end
        out[#out + 1] = '<ol class="toc">'
        for _, chapter in ipairs(part.chapters) do
            local is_now = chapter == current
            out[#out + 1] = ('<li%s><a href="%s%s"%s>%s</a>%s</li>'):format(
                is_now and ' class="now"' or '',
                root, ids.address(book, nil, chapter, ''),
                is_now and ' aria-current="page"' or '',
                numbered_title(chapter),
                (is_now or not book.split)
                    and section_items(book, current, chapter) or '')
        end
        out[#out + 1] = '</ol>'
    end
    return table.concat(out, '\n')
end

local function section_names(chapter)
    local names = {}
    for _, heading in ipairs(chapter.headings) do
        if heading.level == 2 and not heading.name:match('^Exercises') then
            names[#names + 1] = html(heading.name)
        end
    end
    return not chapter.is_made and table.concat(names, ' · ') or ''
end

-- A part's chapters on the landing page; what book.md says about a chapter,
-- or else the names of its sections.
local function part_html(book, part)
    local out = { '<ol class="chapters">' }
    for _, chapter in ipairs(part.chapters) do
        local words = chapter.summary and html(chapter.summary)
            or section_names(chapter)
        out[#out + 1] = ('<li><a href="%s">%s</a>%s</li>'):format(
            ids.address(book, nil, chapter, ''), numbered_title(chapter),
            words ~= '' and '<p>' .. words .. '</p>' or '')
    end
    return table.concat(out, '\n') .. '</ol>'
end

-- book.md with its lists of chapters drawn as contents; or, in an EPUB, which
-- has contents of its own, only with its text.
function pages.home_blocks(book)
    local out = pandoc.List()
    for _, block in ipairs(book.home) do
        if not block.part then
            out:insert(block)
        elseif not book.is_epub then
            out:extend(block.before)
            out:insert(raw(part_html(book, block.part)))
        end
    end
    return chapter_of.finish(book, book.home_chapter, out)
end

-- Search -------------------------------------------------------------------

local function words_of(block)
    local out = {}
    local function add(element)
        out[#out + 1] = stringify(element.content)
    end
    local function drop()
        return {}
    end
    pandoc.Pandoc { block }:walk { Superscript = drop, Link = function(link)
        return link.classes:includes('noteback') and {} or nil
    end }:walk { Para = add, Plain = add, Header = add }
    return table.concat(out, ' ')
end

local function search_entry(title, url, words)
    return '[' .. text.json(title) .. ',' .. text.json(url) .. ','
        .. text.json(words) .. ']'
end

-- The terms of the glossary have entries of their own.
local function index_terms(entries, chapter, list)
    for _, item in ipairs(list.content) do
        local span = item[1][1]
        local words = {}
        for _, blocks in ipairs(item[2]) do
            words[#words + 1] = words_of(pandoc.Div(blocks))
        end
        entries[#entries + 1] = search_entry(stringify(span),
            chapter.page .. '#' .. (span.identifier or ''),
            table.concat(words, ' '))
    end
end

-- An entry a section: title, address, words.
local function index_chapter(entries, chapter)
    local title, url, words = chapter.title, chapter.page, {}
    local function flush()
        entries[#entries + 1] =
            search_entry(title, url, table.concat(words, ' '))
    end
    for _, block in ipairs(chapter.blocks) do
        if block.t == 'Header' and block.level > 1 then
            flush()
            title = chapter.title .. ' › ' .. stringify(block.content)
            url, words = chapter.page .. '#' .. block.identifier, {}
        elseif block.t == 'DefinitionList' then
            index_terms(entries, chapter, block)
        elseif block.t ~= 'Header' then
            words[#words + 1] = words_of(block)
        end
    end
    flush()
end

-- A row of the tables Python -> C is found by either side.
local function index_python(book, entries)
    local chapter = book.python_chapter
    for _, row in ipairs(chapter and chapter.python_rows or {}) do
        entries[#entries + 1] = search_entry(row.python,
            chapter.page .. '#' .. row.id, 'in C: ' .. row.c)
    end
end

local function index_definitions(book, entries)
    for _, d in ipairs(names.definitions(book)) do
        local section = d.use.section
        entries[#entries + 1] = search_entry(names.shown_name(d),
            ids.address_of_definition(book, nil, d),
            ('%s, %s:%d, %s'):format(d.kind, d.file.path, d.line,
                section.name))
    end
end

local function write_search_index(book)
    local entries = {}
    index_definitions(book, entries)
    index_python(book, entries)
    for _, chapter in ipairs(book.chapters) do
        if not chapter.is_made then
            index_chapter(entries, chapter)
        end
    end
    text.write(book.split .. '/search-index.js', 'var SEARCH_INDEX = [\n' ..
        table.concat(entries, ',\n') .. '\n];\n')
end

-- Pages --------------------------------------------------------------------

local function write_page(book, path, blocks, meta)
    meta.lang = book.meta.lang
    meta.version, meta.rights = book.version, book.meta.rights
    meta['book-title'] = book.title
    meta.root = meta.root or ''
    local page = pandoc.write(pandoc.Pandoc(blocks, meta), 'html5',
        { template = book.template, section_divs = true })
    text.write(book.split .. '/' .. path, page)
end

local function set_neighbour(meta, name, chapter)
    if chapter then
        meta[name] = chapter.page
        meta[name .. '-title'] = chapter.title
        meta[name .. '-number'] = chapter.number and tostring(chapter.number)
    end
end

local function write_chapter(book, i)
    local chapter = book.chapters[i]
    local meta = { pagetitle = chapter.title,
        nav = meta_html(nav_html(book, chapter, '')) }
    set_neighbour(meta, 'prev', book.chapters[i - 1])
    set_neighbour(meta, 'next', book.chapters[i + 1])
    meta.deck = chapter.deck and chapter.deck.page
    if not chapter.is_made then
        meta.source = chapter.path
        meta['source-href'] = 'src/' .. chapter.stem .. '.txt'
        text.write(book.split .. '/' .. meta['source-href'], chapter.content)
    end
    write_page(book, chapter.page, chapter.blocks, meta)
end

-- The way back: where the book explains which lines.
local function explained_in(book, file)
    local out = {}
    for _, region in ipairs(file.regions) do
        local use = region.uses[1]
        if use then
            out[#out + 1] = ('<li><a href="../%s">%s</a> <span>lines '
                .. '%d–%d, %s</span></li>'):format(
                ids.address(book, nil, use.chapter, use.id),
                html(region.title or 'The top of the file'), region.first,
                region.last, html(use.section.label or use.section.name))
        end
    end
    return '<h2>Explained in</h2>\n<ol class="explained">' ..
        table.concat(out, '\n') .. '</ol>'
end

local function write_source_page(book, file)
    write_page(book, 'src/' .. file.id .. '.html', {
        raw('<h1 class="path"><code>'
            .. html(file.path):gsub('/', '/<wbr>') .. '</code></h1>'
            .. '<p class="summary">' .. html(summary(file)) .. '</p>'
            .. explained_in(book, file)
            .. '<figure class="listing whole">' .. quote.whole(file)
            .. '</figure>'),
    }, { pagetitle = file.path, root = '../',
        nav = meta_html(nav_html(book, nil, '../')) })
end

-- All pages but the landing page, which is the document that is returned.
function pages.write_all(book)
    for i = 1, #book.chapters do
        write_chapter(book, i)
    end
    for _, file in ipairs(book.files) do
        write_source_page(book, file)
    end
    write_search_index(book)
end

function pages.landing(book, meta)
    meta.root, meta.home, meta.pagetitle = '', true, book.title
    meta.version = book.version
    set_neighbour(meta, 'next', book.chapters[1])
    return pandoc.Pandoc(pages.home_blocks(book), meta)
end

-- The whole book as one document -------------------------------------------

function pages.whole(book, meta)
    local blocks = pandoc.List()
    if book.is_epub then
        blocks:insert(pandoc.Header(1, 'Preface',
            pandoc.Attr('preface_preface', { 'unnumbered' })))
    end
    blocks:extend(ids.prefix(book.home_chapter, pages.home_blocks(book)))
    for _, chapter in ipairs(book.chapters) do
        blocks:extend(ids.prefix(chapter, chapter.blocks))
    end
    meta.single, meta.home, meta.root = true, true, ''
    meta.pagetitle, meta.version = book.title, book.version
    if not book.is_epub then
        meta.nav = meta_html(nav_html(book, nil, ''))
        meta.style = meta_html('<style>\n' ..
            text.read(book.web .. '/style.css') .. '</style>')
    end
    return pandoc.Pandoc(blocks, meta)
end

return pages
