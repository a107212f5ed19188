-- index.lua: the index of words, and what it shares with that of names.
--
-- Words are the terms of the glossary.  The sections of a term are those that
-- the glossary names, those that introduce it (it is emphasized there), and
-- the few others that use it most.

local ids = PART('ids')
local index = {}

local stringify = pandoc.utils.stringify

-- A word that is used so often in a section is a subject there.
local OFTEN, ALSO = 4, 4

-- Sections that say little about what they name.
local PASSED_OVER = { exercises = true, table = true, next = true }

-- What each section says -----------------------------------------------------

local function new_section(chapter, heading, order)
    return { chapter = chapter, heading = heading, order = order,
        count = {}, emphasized = {}, names = {} }
end

-- Counts the words, pairs and triples of words that are wanted.
local function count_words(section, words, wanted)
    local last, last_but_one
    local count = section.count
    local function add(form)
        if wanted[form] == true then
            count[form] = (count[form] or 0) + 1
        end
    end
    for word in words:lower():gmatch('[%w][%w%-]*') do
        add(word)
        if last and wanted.first[last] then
            add(last .. ' ' .. word)
        end
        if last_but_one and wanted.first[last_but_one] then
            add(last_but_one .. ' ' .. last .. ' ' .. word)
        end
        last_but_one, last = last, word
    end
end

local function read_block(section, block, wanted)
    local words = {}
    local function add(element)
        words[#words + 1] = stringify(element.content)
    end
    pandoc.Pandoc { block }:walk {
        Para = add, Plain = add, Header = add,
        Emph = function(element)
            section.emphasized[stringify(element):lower()] = true
        end,
        Code = function(code)
            local name = code.text:match('^([%a_][%w_]*)%(%)$')
                or code.text:match('^%l+ (%u[%w_]*)$')
                or code.text:match('^(%u[%w_]*)$')
            if name then
                section.names[name] = true
            end
        end,
    }
    if not PASSED_OVER[section.heading.id] then
        count_words(section, table.concat(words, ' '), wanted)
    end
end

-- Sections in reading order; those of chapters with numbers only.
function index.read_sections(book, wanted)
    local list = {}
    for _, chapter in ipairs(book.chapters) do
        local by_id = {}
        for _, heading in ipairs(chapter.headings) do
            by_id[heading.id] = heading
        end
        local section
        for _, block in ipairs(chapter.number and chapter.blocks or {}) do
            if block.t == 'Header' and block.level <= 3 then
                section = new_section(chapter, by_id[block.identifier],
                    #list + 1)
                list[#list + 1] = section
            end
            if section then
                read_block(section, block, wanted)
            end
        end
    end
    return list
end

-- Words ----------------------------------------------------------------------

local function with_endings(word, is_verb)
    local stem = word:gsub('e$', '')
    local forms = { word, word .. 's', word .. 'es', (word:gsub('y$', 'ies')) }
    if is_verb then
        for _, ending in ipairs { 'ing', 'ed', 'es' } do
            forms[#forms + 1] = stem .. ending
        end
        local last = word:sub(-1)
        forms[#forms + 1] = word .. last .. 'ing'
        forms[#forms + 1] = word .. last .. 'ed'
    end
    return forms
end

-- "block, to": a verb.  "block, of a task": one meaning of several, whose
-- uses cannot be told from those of the others by counting.
local function forms_of(words)
    local base, rest = words:lower():match('^(.-), (.*)$')
    base = base or words:lower()
    return with_endings(base, rest == 'to'), rest == nil or rest == 'to'
end

-- What is to be counted: the forms of all terms, and with what they begin.
local function wanted_forms(glossary)
    local wanted = { first = {} }
    for _, term in ipairs(glossary.terms) do
        for _, form in ipairs((forms_of(term.words))) do
            wanted[form] = true
            local first = form:match('^(%S+)%s')
            if first then
                wanted.first[first] = true
            end
        end
    end
    return wanted
end

local function any(forms, set)
    for _, form in ipairs(forms) do
        if set[form] then
            return true
        end
    end
end

local function sum(forms, count)
    local total = 0
    for _, form in ipairs(forms) do
        total = total + (count[form] or 0)
    end
    return total
end

local function by_order(a, b)
    return a.order < b.order
end

-- The sections that introduce a term, and those that use it most.
local function sections_of(sections, term, is_only)
    local main, also = {}, {}
    local forms, is_countable = forms_of(term.words)
    for _, section in ipairs(sections) do
        local target = section.chapter.stem .. '.md#' .. section.heading.id
        local is_main = term.links[target]
            or is_only and any(forms, section.emphasized)
        local n = is_countable and is_only and sum(forms, section.count) or 0
        if is_main then
            main[#main + 1] = section
        elseif n >= OFTEN then
            also[#also + 1] = { section = section, n = n,
                order = section.order }
        end
    end
    table.sort(also, function(a, b)
        return a.n ~= b.n and a.n > b.n or a.n == b.n and by_order(a, b)
    end)
    local rest = {}
    for i = 1, math.min(#also, ALSO) do
        rest[i] = also[i].section
    end
    table.sort(rest, by_order)
    return main, rest
end

-- Entries ------------------------------------------------------------------

local function link_to(book, from, section, words)
    return pandoc.Link({ pandoc.Str(words) }, ids.address(book, from,
        section.chapter, section.heading.id))
end

local function named(section)
    local heading = section.heading
    return heading.number and heading.number .. ' ' .. heading.name
        or heading.name
end

-- "2.1 The loop; also 3.4, 5.6"
function index.places(book, from, main, rest)
    local out = pandoc.List()
    for i, section in ipairs(main) do
        out:insert(pandoc.Str(i > 1 and ', ' or ''))
        out:insert(link_to(book, from, section, named(section)))
    end
    for i, section in ipairs(rest) do
        out:insert(pandoc.Str(i > 1 and ', ' or #main > 0 and '; also ' or ''))
        out:insert(link_to(book, from, section,
            section.heading.number or section.heading.name))
    end
    return pandoc.Span(out)
end

local function glossary_of(book)
    for _, chapter in ipairs(book.chapters) do
        if chapter.terms then
            return chapter
        end
    end
end

local function word_entry(book, from, glossary, term, main, rest)
    return { pandoc.Plain {
        pandoc.Link({ pandoc.Str(term.words) },
            ids.address(book, from, glossary, term.id)),
        pandoc.Space(), index.places(book, from, main, rest),
    } }
end

-- Entries under the letters with which they begin; above them the letters.
-- entries: { name = what sorts, item = blocks }
function index.lettered(book, appendix, entries, class)
    local blocks, letters = pandoc.List(), pandoc.List()
    local letter, items
    local function close()
        if items then
            blocks:insert(pandoc.Div({ pandoc.BulletList(items) },
                { class = class }))
        end
    end
    for _, entry in ipairs(entries) do
        local first = entry.name:sub(1, 1):upper()
        if first ~= letter then
            close()
            letter, items = first, {}
            local id = 'letter-' .. first:lower()
            letters:extend { pandoc.Link(first,
                ids.address(book, appendix, appendix, id)), pandoc.Space() }
            blocks:insert(pandoc.Header(2, first, pandoc.Attr(id)))
        end
        items[#items + 1] = entry.item
    end
    close()
    blocks:insert(1, pandoc.Div({ pandoc.Plain(letters) },
        { class = 'letters' }))
    return blocks
end

function index.add_words(book, add_appendix)
    local glossary = glossary_of(book)
    if not glossary then
        return
    end
    local appendix = add_appendix(book, 'index-of-words', 'Index of words',
        pandoc.List())
    book.sections = book.sections or index.read_sections(book,
        wanted_forms(glossary))
    local meanings = {}
    for _, term in ipairs(glossary.terms) do
        local base = term.words:match('^[^,]*')
        meanings[base] = (meanings[base] or 0) + 1
    end
    local entries = {}
    for _, term in ipairs(glossary.terms) do
        local main, rest = sections_of(book.sections, term,
            meanings[term.words:match('^[^,]*')] == 1)
        entries[#entries + 1] = { name = term.words,
            item = word_entry(book, appendix, glossary, term, main, rest) }
    end
    table.sort(entries, function(a, b)
        return a.name:lower() < b.name:lower()
    end)
    appendix.blocks:insert(pandoc.Para { pandoc.Str('What a word means is '
        .. 'behind the word; where it is explained, behind the name of a '
        .. 'section; where more is said about it, behind a number.') })
    appendix.blocks:extend(index.lettered(book, appendix, entries, 'words'))
end

return index
