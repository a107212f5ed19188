-- ids.lua: what can be linked to, and every link in the book.
--
-- Ids are unique in a chapter's file.  On a page of its own a chapter keeps
-- its ids; in the one-page book and the EPUB each gets the chapter's name as
-- prefix, so that two chapters may both have #exercises.

local text = PART('text')
local ids = {}

local stringify = pandoc.utils.stringify

-- Claiming -----------------------------------------------------------------

-- target: { label = "Figure 1.2", name = "the words of the heading" }
function ids.claim(chapter, id, target, where)
    if id == '' then
        return
    end
    local first = chapter.ids[id]
    if first then
        text.problem(where, 'a second element has the id #%s (the first: %s)',
            id, first.where)
        return
    end
    target.where = where
    chapter.ids[id] = target
end

-- Addresses ----------------------------------------------------------------

-- The href of an id in chapter `to`, on the page of chapter `from`;
-- from = nil: on the landing page.  id = '': the chapter itself.
function ids.address(book, from, to, id)
    if not book.split then
        return '#' .. to.stem .. '_' .. (id ~= '' and id or to.id)
    end
    local page = from == to and '' or (from and from.root or '') .. to.page
    if id == '' then
        return page ~= '' and page or '#' .. to.id
    end
    return page .. '#' .. id
end

-- The place of a definition: its line where lines have ids, or its listing.
function ids.address_of_definition(book, from, definition)
    local use = definition.use
    if book.is_epub then
        return ids.address(book, from, use.chapter, use.id)
    end
    local page = book.split and from ~= use.chapter
        and (from and from.root or '') .. use.chapter.page or ''
    return page .. '#' .. definition.file.id .. '-' .. definition.line
end

-- root: '../' on the pages of the source files themselves.
function ids.address_of_source(book, root, file, line)
    if book.split then
        return root .. 'src/' .. file.id .. '.html' ..
            (line and '#L' .. line or '')
    end
end

local function prefixed(chapter)
    return function(element)
        if element.identifier ~= '' then
            element.identifier = chapter.stem .. '_' .. element.identifier
            return element
        end
    end
end

function ids.prefix(chapter, blocks)
    local fix = prefixed(chapter)
    return pandoc.Pandoc(blocks):walk {
        Header = fix, Div = fix, Span = fix, Link = fix,
    }.blocks
end

-- Links --------------------------------------------------------------------

-- [Figure](#fig-x) and [](#fig-x) become "Figure 1.2": a reader of the
-- Markdown sees the word, a reader of the book the number, too.
local function add_number(link, target)
    local words = stringify(link.content)
    if words == '' then
        link.content = { pandoc.Str(target.label or target.name) }
        return
    end
    local kind, number = (target.label or ''):match('^(%a+) ([%d.]+)$')
    if kind and words:lower() == kind:lower() then
        link.content:insert(pandoc.Str('\u{a0}' .. number))
    end
end

local function link_to_chapter(book, from, to, id, link)
    local where = link.attributes.where
    local target = to.ids[id == '' and to.id or id]
    if not target then
        text.problem(where, 'broken link: %s has no #%s', to.path, id)
        return
    end
    add_number(link, target)
    link.target = ids.address(book, from, to, id)
    return link
end

local function link_to_source(book, from, file, id, link)
    local line = tonumber(id:match('^L(%d+)$'))
    if id ~= '' and not (line and file.lines[line]) then
        text.problem(link.attributes.where, 'broken link: %s has no #%s',
            file.path, id)
    end
    local href = ids.address_of_source(book, from and from.root or '', file,
        line)
    if not href then
        return pandoc.Span(link.content)
    end
    link.target = href
    return link
end

-- What the book does not contain is named, not linked: pages travel alone.
local function resolve(book, from, folder, link)
    local target = link.target
    if target:match('^%a[%w+.-]*:') then
        return link
    end
    local path, id = target:match('^([^#]*)#?(.*)$')
    local full = path == '' and from and from.path
        or text.join(folder, path)
    local to = book.by_path[full]
    if to and to.is_deck and not book.split then
        return pandoc.Span(link.content)
    elseif to then
        return link_to_chapter(book, from, to, id, link)
    elseif book.by_file[full] then
        return link_to_source(book, from, book.by_file[full], id, link)
    elseif path ~= '' and text.exists(full) then
        return pandoc.Span(link.content)
    end
    text.problem(link.attributes.where, 'broken link: %s', target)
end

-- Names in prose -----------------------------------------------------------

local KINDS_OF_CODE = {
    { '^([%a_][%w_]*)%(%)$', { ['function'] = 3, macro = 2, prototype = 1 } },
    { '^struct ([%a_][%w_]*)$', { struct = 1 } },
    { '^enum ([%a_][%w_]*)$', { enum = 1 } },
    { '^union ([%a_][%w_]*)$', { union = 1 } },
    { '^(%u[%w_]*)$', { type = 3, constant = 2, macro = 1 } },
}

-- The best definition of a name for a reader of this chapter.  None, when two
-- are equally good: no link is better than one to another's main().
local function find_definition(book, chapter, name, ranks)
    local best, best_rank, is_only = nil, 0, false
    for _, d in ipairs(book.definitions[name] or {}) do
        local is_near = d.use.chapter == chapter
        local rank = ranks[d.kind] or 0
        if rank > 0 and (is_near or not d.file.is_demo) then
            rank = rank + (is_near and 10 or 0)
            if rank > best_rank then
                best, best_rank, is_only = d, rank, true
            elseif rank == best_rank then
                is_only = false
            end
        end
    end
    return is_only and best or nil
end

local function definition_of(book, chapter, code)
    for _, kind in ipairs(KINDS_OF_CODE) do
        local name = code:match(kind[1])
        if name then
            return find_definition(book, chapter, name, kind[2])
        end
    end
end

-- `queue_put(q, v)` in a table Python -> C: each name in it that is defined
-- becomes a link, where it first stands.
local function link_names(book, from, code)
    local out, at, seen = {}, 1, {}
    for start, name, stop in code.text:gmatch('()([%a_][%w_]*)()') do
        local is_call = code.text:sub(stop, stop) == '('
        local d = not is_call and definition_of(book, {}, name)
            or definition_of(book, {}, name .. '()')
        if d and not seen[d] then
            seen[d] = true
            if start > at then
                out[#out + 1] = pandoc.Code(code.text:sub(at, start - 1))
            end
            out[#out + 1] = pandoc.Link({ pandoc.Code(name) },
                ids.address_of_definition(book, from, d), '',
                { class = 'def' })
            at = stop
        end
    end
    if #out == 0 then
        return nil
    elseif at <= #code.text then
        out[#out + 1] = pandoc.Code(code.text:sub(at))
    end
    return pandoc.Span(out, { class = 'names' })
end

-- The second column is C.
local function link_table(book, chapter, table_, link)
    local simple = pandoc.utils.to_simple_table(table_)
    local function names(code)
        return link_names(book, chapter, code), false
    end
    for _, row in ipairs(simple.rows) do
        for i, cell in ipairs(row) do
            row[i] = pandoc.Pandoc(cell):walk { traverse = 'topdown',
                Link = link, Code = i == 2 and names or nil }.blocks
        end
    end
    return pandoc.utils.from_simple_table(simple)
end

-- Each name is a link where a section first uses it; more would be noise.
function ids.resolve_links(book, chapter, blocks)
    local folder, linked = text.folder(chapter.path), {}
    local function link_code(code)
        local d = definition_of(book, chapter, code.text)
        if d and not linked[d] then
            linked[d] = true
            return pandoc.Link({ code },
                ids.address_of_definition(book, chapter, d), '',
                { class = 'def' }), false
        end
    end
    local function link(element)
        local source = element.attributes.where or ''
        return resolve(book, chapter,
            source:match('^(.*)/[^/]*$') or folder, element), false
    end
    return pandoc.Pandoc(blocks):walk {
        traverse = 'topdown',
        Header = function(header)
            if header.level <= 2 then
                linked = {}
            end
            return header:walk { Link = link }, false
        end,
        Div = function(div)
            if div.classes:includes('python-c') then
                return div:walk { Table = function(element)
                    return link_table(book, chapter, element, link)
                end }, false
            end
        end,
        Link = link,
        Code = link_code,
    }.blocks
end

return ids
