-- slides.lua: the decks of slides, chapters/slides/NN_slug.md, one a chapter.
--
-- A deck quotes the same code, transcripts and figures as its chapter, but in
-- part, and as often as it likes.  What it quotes is named by words of the
-- code, never by line numbers: a deck that names what is gone is refused.

local text = PART('text')
local source = PART('source')
local markdown = PART('markdown')
local ids = PART('ids')
local quote = PART('quote')
local chapter_of = PART('chapter')
local slides = {}

local stringify = pandoc.utils.stringify

-- What a projector shows: so many lines of code, so many slides a deck.
local LINES, FEWEST, MOST = 15, 8, 14

-- Reading ------------------------------------------------------------------

-- Decks can be linked to like chapters, where there are pages.
function slides.read(book, list)
    for _, path in ipairs(text.words(list)) do
        local stem = path:match('([^/]+)%.md$')
        local chapter = book.by_path['chapters/' .. stem .. '.md']
        if not chapter then
            text.problem(path .. ':1', 'no chapter has the name %s', stem)
        else
            local doc, origin = markdown.read(path, text.read(path))
            local deck = {
                path = path, stem = 'slides_' .. stem, doc = doc,
                source = origin, chapter = chapter, is_deck = true,
                page = 'slides/' .. stem .. '.html', root = '../', id = 'main',
                ids = { main = { name = chapter.title } }, headings = {},
                figures = 0, count = 0,
            }
            chapter.deck = deck
            book.decks[#book.decks + 1] = deck
            book.by_path[path] = deck
        end
    end
end

-- Quoting in part ----------------------------------------------------------

-- The first of lines[first..last] that has these words.
local function find_line(lines, words, first, last)
    for number = first, last do
        if lines[number]:find(words, 1, true) then
            return number
        end
    end
end

-- first and last, narrowed by from="words" and to="words".
local function narrow(lines, first, last, attributes)
    for _, name in ipairs { 'from', 'to' } do
        local words = attributes[name]
        local number = words and find_line(lines, words, first, last)
        if words and not number then
            text.problem(attributes.where, 'no line here has %s="%s"', name,
                words)
            return nil
        end
        if name == 'from' then
            first = number or first
        else
            last = number or last
        end
    end
    return first, last
end

local function function_lines(file, name, where)
    for _, d in ipairs(file.definitions) do
        if d.kind == 'function' and d.name == name then
            return d.line, d.last
        end
    end
    text.problem(where, '%s defines no function %s()', file.path, name)
end

-- The lines of a C file that a fence asks for; nil and a problem.
local function code_lines(book, attributes)
    local file = book.by_file[attributes.file]
    if not file or not attributes['function'] then
        local region = quote.find_region(book, attributes)
        return region and region.file, region and region.first,
            region and region.last
    end
    return file, function_lines(file, attributes['function'],
        attributes.where)
end

local function cut(lines, first, last)
    while first < last and not lines[last]:match('%S') do
        last = last - 1
    end
    local indent, out = math.huge, {}
    for number = first, last do
        if lines[number]:match('%S') then
            indent = math.min(indent, #lines[number]:match('^ *'))
        end
    end
    for number = first, last do
        if not lines[number]:match(source.BANNER) then
            out[#out + 1] = lines[number]:sub(indent + 1)
        end
    end
    return out
end

local function check_lines(lines, where)
    if #lines > LINES then
        text.problem(where, 'a slide shows %d lines at most; these are %d',
            LINES, #lines)
    end
    for _, line in ipairs(lines) do
        if text.columns(line) > quote.WIDTH then
            text.problem(where, 'longer than %d columns', quote.WIDTH)
        end
    end
end

local function listing(book, deck, block)
    local attributes = block.attributes
    local file, first, last = code_lines(book, attributes)
    if not file or not first then
        return block
    end
    first, last = narrow(file.lines, first, last, attributes)
    if not first then
        return block
    end
    local lines = cut(file.lines, first, last)
    check_lines(lines, attributes.where)
    if not book.render then
        return block
    end
    return quote.box('', 'listing', quote.place_html(book, '../', file, first),
        quote.code_html(table.concat(lines, '\n'), 'c', file.path))
end

local function transcript(book, deck, block)
    local path, where = block.attributes.file, block.attributes.where
    local content = book.transcripts[path] and text.read(path)
    if not content then
        text.problem(where, 'no such transcript: %s', path)
        return block
    end
    local all = text.lines((content:gsub('\n+$', '')))
    local first, last = narrow(all, 1, #all, block.attributes)
    if not first then
        return block
    end
    local lines = cut(all, first, last)
    check_lines(lines, where)
    if not book.render then
        return block
    end
    local name = text.html(path:match('([^/]+)%.%w+$'))
    return quote.box('', 'transcript', '<span>Running <code>' .. name ..
        '</code></span>', quote.code_html(table.concat(lines, '\n'),
        'console', 'Transcript ' .. name))
end

local function code_block(book, deck, block)
    local path = block.attributes.file
    if path and path:match('%.[ch]$') then
        return listing(book, deck, block)
    elseif path then
        return transcript(book, deck, block)
    end
    check_lines(text.lines(block.text), block.attributes.where)
    return quote.loose(book, block)
end

-- Figures and boxes --------------------------------------------------------

-- The alt text is that of the chapter, unless the deck has its own.
local function figure(book, deck, image)
    local where, lit = image.attributes.where, image.attributes.lit
    local path = text.join(text.folder(deck.path), image.src)
    local alt = image.attributes.alt or book.alts[path .. ' ' .. (lit or '')]
    deck.figures = deck.figures + 1
    local svg = chapter_of.svg(path, lit, alt,
        deck.stem:gsub('_', '-') .. '-figure-' .. deck.figures .. '-', where)
    return pandoc.Div({
        pandoc.RawBlock('html', '<figure class="figure">\n' .. svg ..
            '\n<figcaption>'),
        pandoc.Plain(image.caption),
        pandoc.RawBlock('html', '</figcaption>\n</figure>'),
    }, { class = 'picture' })
end

-- ::: exercises becomes the list of the chapter's.
local function exercises(book, deck)
    local items = {}
    for _, folder in ipairs(book.exercise_list) do
        local use = book.exercises[folder][1]
        if use and use.chapter == deck.chapter and use.number then
            local id = '#exercise-' .. use.number:gsub('%.', '-')
            items[#items + 1] = { pandoc.Plain {
                pandoc.Link({ pandoc.Str(use.title) },
                    '../' .. deck.chapter.stem .. '.md' .. id),
                pandoc.Str(', ' .. use.kind .. (use.points and ', ' ..
                    use.points .. ' points' or ', for discussion')),
            } }
        end
    end
    return pandoc.BulletList(items)
end

local function box(book, deck, div)
    local class, where = div.classes[1], div.attributes.where
    if class == 'exercises' then
        return exercises(book, deck), false
    elseif class ~= 'notes' then
        text.problem(where, 'no such box on a slide: ::: %s (there are: '
            .. 'exercises, notes)', class or '')
    end
end

local function heading(deck, header)
    local where = header.attributes.where
    if header.level == 1 and not deck.title then
        deck.title = stringify(header.content)
        return {}
    elseif header.level ~= 2 then
        text.problem(where, 'a slide is a level 2 heading')
    end
    deck.count = deck.count + 1
    header.identifier = 'slide-' .. deck.count
    ids.claim(deck, header.identifier, { name = stringify(header) }, where)
    return header
end

function slides.number(book, deck)
    deck.doc = deck.doc:walk {
        traverse = 'topdown',
        Header = function(header) return heading(deck, header), false end,
        Para = function(block)
            local image = block.content[1]
            if #block.content == 1 and image.t == 'Image' then
                return figure(book, deck, image), false
            end
        end,
        Div = function(div) return box(book, deck, div) end,
        CodeBlock = function(block)
            return code_block(book, deck, block), false
        end,
    }
    if not deck.title then
        text.problem(deck.path .. ':1', 'this deck has no # Title')
    end
    if deck.count < FEWEST or deck.count > MOST then
        text.problem(deck.path .. ':1', 'a deck has %d to %d slides; this '
            .. 'has %d', FEWEST, MOST, deck.count)
    end
    deck.blocks = markdown.forget_places(
        ids.resolve_links(book, deck, deck.doc.blocks))
end

-- Pages --------------------------------------------------------------------

local function raw(html)
    return pandoc.RawBlock('html', html)
end

local function has_class(block, class)
    return block.t == 'Div' and block.classes:includes(class)
end

-- One slide: its words, beside them its figure, below both the notes.
local function arrange(slide)
    local words, picture, notes = pandoc.List(), nil, pandoc.List()
    for _, block in ipairs(slide.blocks) do
        if has_class(block, 'picture') and not picture then
            picture = block
        elseif has_class(block, 'notes') then
            notes:extend { raw('<details class="notes"><summary>Notes'
                .. '</summary>') }
            notes:extend(block.content)
            notes:extend { raw('</details>') }
        else
            words:insert(block)
        end
    end
    local out = pandoc.List { slide.header }
    if picture and #words > 0 then
        slide.header.classes:insert('paired')
        out:extend { pandoc.Div(words, { class = 'beside' }), picture }
    else
        out:extend(words)
        out:extend { picture }
    end
    return out .. notes
end

local function split(blocks)
    local list = {}
    for _, block in ipairs(blocks) do
        if block.t == 'Header' then
            list[#list + 1] = { header = block, blocks = pandoc.List() }
        elseif #list > 0 then
            list[#list].blocks:insert(block)
        end
    end
    return list
end

local function write_deck(book, deck)
    local out = pandoc.List()
    for _, slide in ipairs(split(deck.blocks)) do
        out:extend(arrange(slide))
    end
    local chapter = deck.chapter
    local meta = {
        lang = book.meta.lang, pagetitle = deck.title,
        ['book-title'] = book.title, chapter = chapter.title,
        number = chapter.number and tostring(chapter.number),
        href = '../' .. chapter.page, rights = book.meta.rights,
    }
    text.write(book.split .. '/' .. deck.page, pandoc.write(
        pandoc.Pandoc(out, meta), 'dzslides',
        { template = pandoc.template.compile(
            text.read(book.web .. '/slides.html')), slide_level = 2 }))
end

function slides.write_all(book)
    for _, deck in ipairs(book.decks) do
        write_deck(book, deck)
    end
end

return slides
