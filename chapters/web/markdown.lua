-- markdown.lua: where in its file each element of a Markdown text stands.
--
-- Pandoc's document has no positions, and pandoc passes over some mistakes in
-- silence.  So a text is read twice: by pandoc, and here, line by line.  Both
-- find the same fences, headings and divs in the same order; locate() writes
-- "file:line" into the attribute `where` of what pandoc found.

local text = PART('text')
local markdown = {}

-- Dollars, backslashes and at-signs mean themselves in a book about programs.
local FORMAT = 'markdown-implicit_figures-tex_math_dollars-raw_tex'
    .. '-citations-latex_macros+smart'

-- What the eye must not take for Markdown ----------------------------------

local function blank(s)
    return (s:gsub('[^\n]', ' '))
end

-- Replaces what is between two equally long runs of backticks by spaces, if
-- both are in one paragraph.  The length of the text stays the same.
local function without_code_spans(s)
    local out, at = {}, 1
    while true do
        local from, to, ticks = s:find('(`+)', at)
        if not from then
            break
        end
        local stop = to + 1
        repeat
            local first, last, more = s:find('(`+)', stop)
            stop = last and last + 1
        until not first or #more == #ticks
        if stop and not s:sub(to, stop):find('\n%s*\n') then
            out[#out + 1] = s:sub(at, from - 1) .. blank(s:sub(from, stop - 1))
            at = stop
        else
            out[#out + 1] = s:sub(at, to)
            at = to + 1
        end
    end
    return table.concat(out) .. s:sub(at)
end

-- Code without what an indented fence adds to it, or takes away.
local function squeeze(s)
    return (('\n' .. s):gsub('%s*\n%s*', '\n'):gsub('%s+$', ''))
end

-- Reading the lines --------------------------------------------------------

local function problem(source, line, ...)
    text.problem(source.path .. ':' .. line, ...)
end

-- Attributes without braces make pandoc take the fence for inline code.
local function check_fence(source, fence)
    local info = fence.info
    if info ~= '' and not info:match('^{.*}$') and not info:match('^%S+$') then
        problem(source, fence.line,
            'a fence with attributes needs braces: ```{.%s}', info)
    end
end

-- Finds the fenced blocks; returns the text with their lines blanked.
local function read_fences(source)
    local open, rest = nil, {}
    for number, line in ipairs(source.lines) do
        local mark, info = line:match('^%s*([`~][`~][`~]+)%s*(.-)%s*$')
        rest[number] = line
        if open then
            rest[number] = ''
            if mark and info == '' and mark:sub(1, #open.mark) == open.mark then
                open.text = squeeze(table.concat(open.body, '\n'))
                open = nil
            else
                open.body[#open.body + 1] = line:match('^%s*(.-)%s*$')
            end
        elseif mark and not info:find('`') then
            open = { line = number, mark = mark, info = info, body = {} }
            source.fences[#source.fences + 1] = open
            check_fence(source, open)
            rest[number] = ''
        end
    end
    if open then
        problem(source, open.line, 'this fence is never closed')
    end
    return table.concat(rest, '\n') .. '\n'
end

-- Without an empty line before it, pandoc takes a mark for text.
local function check_gap(source, number, what)
    local before = source.lines[number - 1] or ''
    if before:match('%S') and not before:match('^%s*:::') then
        problem(source, number, '%s needs an empty line before it', what)
    end
end

local function read_divs(source, line, number)
    local colons, attributes = line:match('^%s*(:::+)%s*(.-)%s*:*%s*$')
    if not colons then
        return
    end
    local open = source.open_divs
    if attributes ~= '' then
        local div = { line = number, attributes = attributes }
        source.divs[#source.divs + 1] = div
        open[#open + 1] = div
        check_gap(source, number, 'a div')
    elseif #open == 0 then
        problem(source, number, 'this ::: closes nothing')
    else
        open[#open] = nil
    end
end

local function read_notes(source, line, number)
    local rest = line
    local label = line:match('^%[%^([^%]]+)%]:')
    if label then
        if source.notes[label] then
            problem(source, number, 'a second footnote is called [^%s]', label)
        end
        source.notes[label] = number
        rest = line:sub(#label + 5)
    end
    for used in rest:gmatch('%[%^([^%]]+)%]') do
        source.note_uses[#source.note_uses + 1] = { used, number }
    end
end

local function check_notes(source)
    local used = {}
    for _, use in ipairs(source.note_uses) do
        used[use[1]] = true
        if not source.notes[use[1]] then
            problem(source, use[2], 'no footnote is called [^%s]', use[1])
        end
    end
    for label, number in pairs(source.notes) do
        if not used[label] then
            problem(source, number, 'nothing refers to footnote [^%s]', label)
        end
    end
end

-- A source is a Markdown file as lines: what stands where.
function markdown.scan(path, content)
    local source = {
        path = path, lines = text.lines(content), fences = {}, headings = {},
        divs = {}, open_divs = {}, notes = {}, note_uses = {}, seen = {},
    }
    local prose = read_fences(source):gsub('<!%-%-.-%-%->', blank)
    source.prose = without_code_spans(prose)
    source.line_at = text.line_counter(source.prose)
    for number, line in ipairs(text.lines(source.prose)) do
        if line:match('^#+%s') then
            source.headings[#source.headings + 1] = number
            check_gap(source, number, 'a heading')
        end
        read_divs(source, line, number)
        read_notes(source, line, number)
    end
    for _, div in ipairs(source.open_divs) do
        problem(source, div.line, 'this ::: is never closed')
    end
    check_notes(source)
    return source
end

-- From pandoc's elements to lines ------------------------------------------

-- The place of `needle`: the first call gives its first place in the prose,
-- the second call its second, and so on; the last one when they run out.
local function next_place(source, needle, after)
    local seen = source.seen[needle] or { from = 1 }
    source.seen[needle] = seen
    local from, to = seen.from, nil
    repeat
        from, to = source.prose:find(needle, from, true)
        from = from and to + 1
    until not from or source.prose:match('^' .. after, from)
    if from then
        seen.from, seen.line = from, source.line_at(to)
    end
    return seen.line and source.path .. ':' .. seen.line or source.path
end

function markdown.place_of_text(source, needle)
    return next_place(source, needle, '')
end

-- Fences come in order, and must have the block's text; code in a footnote
-- stands later in the file than in the document, so that some are skipped.
local function place_of_code(source, block)
    local wanted = squeeze(block.text)
    for _, fence in ipairs(source.fences) do
        if not fence.taken and fence.text == wanted then
            fence.taken = true
            return source.path .. ':' .. fence.line
        end
    end
    local first = block.text:match('%S[^\n]*') or ''
    local where = markdown.place_of_text(source, first)
    text.problem(where, 'indented code: put it between ``` fences')
    return where
end

local function place_in_order(source, list, name, line_of)
    local count = 0
    return function(element)
        count = count + 1
        local entry = list[count]
        local where = source.path .. (entry and ':' .. line_of(entry) or '')
        if not entry then
            text.problem(where, 'a %s that does not look like one: %s', name,
                pandoc.utils.stringify(element))
        end
        element.attributes.where = where
        return element
    end
end

local function set_where(source, place)
    return function(element)
        element.attributes.where = place(source, element)
        return element
    end
end

local function place_of_target(source, element)
    return next_place(source, '(' .. (element.target or element.src), '[%s)]')
end

local function place_of_span(source, span)
    return span.identifier ~= '' and
        next_place(source, ']{#' .. span.identifier, '[%s}]') or source.path
end

local function reject_html(source)
    return function(raw)
        if not raw.text:match('^%s*<!%-%-.*%-%->%s*$') then
            text.problem(markdown.place_of_text(source, raw.text),
                'raw HTML: %s', raw.text)
        end
        return {}
    end
end

local function check_fences_taken(source)
    for _, fence in ipairs(source.fences) do
        if not fence.taken then
            problem(source, fence.line, 'pandoc does not see a code block '
                .. 'here: braces, or an empty line before it, are missing')
        end
    end
end

-- Reads a text; every element that can be wrong knows where it stands.
function markdown.read(path, content)
    local source = markdown.scan(path, content)
    local doc = pandoc.read(content, FORMAT):walk {
        traverse = 'topdown',
        CodeBlock = set_where(source, place_of_code),
        Header = place_in_order(source, source.headings, 'heading',
            function(line) return line end),
        Div = place_in_order(source, source.divs, 'div',
            function(div) return div.line end),
        Link = set_where(source, place_of_target),
        Image = set_where(source, place_of_target),
        Span = set_where(source, place_of_span),
        RawBlock = reject_html(source),
        RawInline = reject_html(source),
    }
    check_fences_taken(source)
    return doc, source
end

local function forget(element)
    if element.attributes.where then
        element.attributes.where = nil
        return element
    end
end

-- What locate() wrote must not reach a page.
function markdown.forget_places(blocks)
    return pandoc.Pandoc(blocks):walk {
        CodeBlock = forget, Header = forget, Div = forget, Link = forget,
        Image = forget, Span = forget,
    }.blocks
end

return markdown
