-- python.lua: all of asyncio beside all of Weft, made of the tables Python -> C
-- of the chapters; and the proof that no function of Weft is missing there.
--
-- A section `## Queues {#queues chapters="08_queues"}` gets one table: its own
-- rows and those of the chapters that it names, sorted by Python's names.
-- What a box ::: names tells has no counterpart in Python.

local text = PART('text')
local python = {}

local stringify = pandoc.utils.stringify

-- Rows ---------------------------------------------------------------------

-- What stands before the name that a reader would look up.
local BEFORE = {
    '^%(', '^[%w_, ]+ = ', '^await ', '^async with ', '^async for %w+ in ',
    '^for [%w_, ]+ in ', '^with ', '^except%*? ', '^@', '^async def ', '^def ',
    '^class ', '^%w+%[%d+%]%.', '^asyncio%.subprocess%.', '^%l[%w_]*%.',
    '^%l[%w_]*%.',
}

-- "await q.put(v)" -> "put(v)"
local function key_of(cell)
    local words = stringify(cell)
    for _, pattern in ipairs(BEFORE) do
        local rest = words:gsub(pattern, '', 1)
        words = rest:match('^[%w_]') and rest or words
    end
    return words:lower():gsub('^_+', '')
end

-- A link to #x in a table means the table's chapter, wherever it is printed.
local function with_full_links(chapter, blocks)
    return pandoc.Pandoc(blocks):walk { Link = function(link)
        if link.target:match('^#') then
            link.target = chapter.stem .. '.md' .. link.target
            return link
        end
    end }.blocks
end

local function add_rows(rows, chapter)
    for _, block in ipairs(chapter.python_tables) do
        for _, row in ipairs(pandoc.utils.to_simple_table(block).rows) do
            local cells = {}
            for i, cell in ipairs(row) do
                cells[i] = with_full_links(chapter, cell)
            end
            rows[#rows + 1] = { key = key_of(cells[1]), cells = cells,
                order = #rows }
        end
    end
end

local function comes_before(a, b)
    if a.key ~= b.key then
        return a.key < b.key
    end
    return a.order < b.order
end

-- Each row has an id, which the search leads to.
local function table_of(chapter, rows, title)
    table.sort(rows, comes_before)
    local lines = {}
    for i, row in ipairs(rows) do
        local id = 'py-' .. text.slug(row.key:match('^[%w_]*'))
        while chapter.ids[id] do
            id = id .. '-' .. i
        end
        chapter.ids[id] = { name = id, where = chapter.path }
        local first = row.cells[1][1]
        if first then
            first.content = { pandoc.Span(first.content, pandoc.Attr(id)) }
            row.cells[1][1] = first
        end
        chapter.python_rows[#chapter.python_rows + 1] = { id = id,
            python = stringify(row.cells[1]), c = stringify(row.cells[2]) }
        lines[i] = row.cells
    end
    local function cell(words)
        return { pandoc.Plain { pandoc.Str(words) } }
    end
    return pandoc.Div({ pandoc.utils.from_simple_table(pandoc.SimpleTable(
        { pandoc.Str(title .. ', in Python and in C') },
        { 'AlignLeft', 'AlignLeft' }, { 0, 0 },
        { cell('Python'), cell('C') }, lines)) }, { class = 'python-c' })
end

-- The section's own table, which takes the chapters' rows in.
local function own_rows(rows, block)
    local tables = {}
    for _, inner in ipairs(block.content) do
        if inner.t == 'Table' then
            tables[#tables + 1] = inner
        end
    end
    add_rows(rows, { python_tables = tables, stem = '' })
end

local function is_box(block, class)
    return block.t == 'Div' and block.classes:includes(class)
end

local function expand_chapter(book, chapter)
    local out, section = pandoc.List(), nil
    chapter.python_rows = {}
    local function close()
        if section and #section.rows > 0 then
            out:insert(table_of(chapter, section.rows, section.title))
        end
        section = nil
    end
    for _, block in ipairs(chapter.doc.blocks) do
        if block.t == 'Header' then
            close()
        end
        if block.t == 'Header' and block.attributes.chapters then
            local rows = {}
            for _, stem in ipairs(text.words(block.attributes.chapters)) do
                local from = book.by_path['chapters/' .. stem .. '.md']
                if from then
                    add_rows(rows, from)
                    from.is_in_python = true
                end
            end
            section = { rows = rows, title = chapter.headings_by_id[
                block.identifier] }
            block.attributes.chapters = nil
        end
        if section and is_box(block, 'python-c') then
            own_rows(section.rows, block)
        else
            out:insert(block)
        end
    end
    close()
    chapter.doc = pandoc.Pandoc(out)
end

local function has_sections(chapter)
    for _, block in ipairs(chapter.doc.blocks) do
        if block.t == 'Header' and block.attributes.chapters then
            return true
        end
    end
end

function python.expand(book)
    for _, chapter in ipairs(book.chapters) do
        if has_sections(chapter) then
            chapter.headings_by_id = {}
            for _, heading in ipairs(chapter.headings) do
                chapter.headings_by_id[heading.id] = heading.name
            end
            book.python_chapter = chapter
            expand_chapter(book, chapter)
        end
    end
end

-- Whether all is there -----------------------------------------------------

local function is_public(file)
    return file.path:match('^code/[^/]*/[^/]*%.h$')
        and not file.path:match('_inside%.h$')
end

local function names_in(blocks, names)
    pandoc.Pandoc(blocks):walk { Code = function(code)
        for name in code.text:gmatch('[%a_][%w_.]*') do
            names[name] = true
        end
    end }
end

-- What the tables tell, in their second column; what the box ::: names lists.
local function told(chapter)
    local names = {}
    chapter.doc:walk { Div = function(div)
        if div.classes:includes('python-c') then
            div:walk { Table = function(element)
                for _, row in ipairs(
                    pandoc.utils.to_simple_table(element).rows) do
                    names_in(row[2] or {}, names)
                end
            end }
        elseif div.classes:includes('names') then
            names_in(div.content, names)
        end
    end }
    return names
end

-- "path:line" of the first line with these words.
local function place_of(chapter, words)
    for number, line in ipairs(text.lines(chapter.content)) do
        if line:find(words, 1, true) then
            return chapter.path .. ':' .. number
        end
    end
    return chapter.path
end

local function check_listed(book, chapter)
    chapter.doc:walk { Div = function(div)
        if not div.classes:includes('names') then
            return
        end
        div:walk { Code = function(code)
            local name = code.text:match('^([%a_][%w_]*)%(%)$')
            if name and not book.definitions[name] then
                text.problem(place_of(chapter, code.text),
                    '%s() is not in the code', name)
            end
        end }
    end }
end

-- Complete from the last layer on; until then what is missing is only told.
local function is_whole(book)
    for _, chapter in ipairs(book.chapters) do
        if chapter.number and chapter.number >= 13 then
            return true
        end
    end
end

local KINDS = { ['function'] = true, prototype = true }

local function check_file(file, names, tell)
    for _, d in ipairs(file.definitions) do
        if KINDS[d.kind] and not d.name:match('^_')
            and not names[d.name] and not names[file.path:match('[^/]+$')] then
            tell(file.path .. ':' .. d.line, d.name)
        end
    end
end

function python.check(book)
    local chapter = book.python_chapter
    if not chapter then
        return
    end
    local names = told(chapter)
    local function tell(where, name)
        local words = '%s() is in no table from Python to C, nor in the box '
            .. 'of names without a counterpart'
        if is_whole(book) then
            text.problem(where, words, name)
        else
            io.stderr:write(where, ': ', words:format(name), '\n')
        end
    end
    for _, file in ipairs(book.files) do
        if is_public(file) then
            check_file(file, names, tell)
        end
    end
    check_listed(book, chapter)
    for _, other in ipairs(book.chapters) do
        if #other.python_tables > 0 and other ~= chapter
            and not other.is_in_python then
            text.problem(other.path .. ':1', 'its table from Python to C is named by '
                .. 'no section of %s', chapter.path)
        end
    end
end

return python
