-- quote.lua: the code and the transcripts that a chapter quotes.
--
-- Each region of each file, and each transcript, is quoted exactly once in
-- the whole book; check_complete() proves it, after all chapters are read.

local text = PART('text')
local source = PART('source')
local ids = PART('ids')
local quote = {}

local WIDTH = 80
quote.WIDTH = WIDTH

-- Checks -------------------------------------------------------------------

local function check_width(path, first, code)
    for i, line in ipairs(text.lines(code)) do
        if text.columns(line) > WIDTH then
            text.problem(path .. ':' .. first + i - 1,
                'longer than %d columns', WIDTH)
        end
    end
end

-- what: "region "top" of a.c" or "transcript a.expected"
local function note_use(uses, use, what)
    uses[#uses + 1] = use
    if #uses > 1 then
        text.problem(use.where, '%s is quoted twice (the first time at %s)',
            what, uses[1].where)
    end
end

local function names_of_regions(file)
    local names = {}
    for _, region in ipairs(file.regions) do
        if region.first then
            names[#names + 1] = region.name
        end
    end
    return table.concat(names, ', ')
end

-- The region that a fence names, or nil and a problem.
function quote.find_region(book, attributes)
    local where, name = attributes.where, attributes.region
    local file = book.by_file[attributes.file]
    if not file then
        text.problem(where, 'no such file in the book: %s', attributes.file)
    elseif not name then
        text.problem(where, 'region= is missing (%s has: %s)', file.path,
            names_of_regions(file))
    elseif not file.by_name[name] then
        text.problem(where, '%s has no region "%s" (it has: %s)', file.path,
            name, names_of_regions(file))
    elseif not file.by_name[name].first then
        text.problem(where, 'region "%s" of %s is empty', name, file.path)
    else
        return file.by_name[name]
    end
end

local function check_files(book)
    for _, file in ipairs(book.files) do
        for _, region in ipairs(file.regions) do
            if region.first and #region.uses == 0 then
                text.problem(file.path .. ':' .. region.first,
                    'region "%s" is in no chapter', region.name)
            end
        end
    end
end

function quote.check_complete(book)
    check_files(book)
    for _, path in ipairs(book.transcript_list) do
        if #book.transcripts[path] == 0 then
            text.problem(path .. ':1', 'this transcript is in no chapter')
        end
    end
    for _, path in ipairs(book.exercise_list) do
        if #book.exercises[path] == 0 then
            text.problem(path .. '/README.md:1',
                'this exercise is in no chapter')
        end
    end
end

-- HTML ---------------------------------------------------------------------

-- Code as HTML.  label: what a screen reader calls the box, which can scroll
-- and so must take the focus.  first: number of the first line, or nil.
function quote.code_html(code, class, label, id, first)
    local attributes = pandoc.Attr(id or '', { class })
    if first then
        attributes = pandoc.Attr(id, { class, 'numberLines' },
            { startFrom = tostring(first) })
    end
    local html = pandoc.write(
        pandoc.Pandoc { pandoc.CodeBlock(code, attributes) }, 'html5')
    html = html:gsub('^<div class="sourceCode"[^>]*>%s*', '')
        :gsub('</pre>%s*</div>%s*$', '</pre>')
    html = html:gsub('^<pre', '<pre tabindex="0" role="group" aria-label="'
        .. text.html(label) .. '"', 1)
    if not first then
        html = html:gsub('<span id="[^"]*"><a [^>]*></a>', '<span>')
    end
    return (html:gsub('<a href="#([%w%-]+)"[^>]*></a>',
        '<a href="#%1" aria-hidden="true" tabindex="-1"></a>'))
end

function quote.box(id, class, caption, html)
    return pandoc.Div(pandoc.RawBlock('html',
        '<figure class="' .. class .. '">\n<figcaption>' .. caption ..
        '</figcaption>\n' .. html .. '\n</figure>'), pandoc.Attr(id))
end

-- root: '../' on a page that is in a folder.
function quote.place_html(book, root, file, line)
    local place = text.html(file.path) .. ':' .. line
    local href = ids.address_of_source(book, root, file, line)
    place = '<code>' .. place .. '</code>'
    return href and '<a class="place" href="' .. href .. '">' .. place ..
        '</a>' or '<span class="place">' .. place .. '</span>'
end

local function listing_caption(book, region, label)
    local around = source.function_around(region.file, region.first)
    return '<span class="label">' .. label .. '</span> <span>' ..
        quote.place_html(book, '', region.file, region.first) ..
        (around and ' <span class="in">in <code>' .. around.name ..
            '()</code></span>' or '') .. '</span>'
end

-- Listings -----------------------------------------------------------------

local function numbered(chapter, kind, count)
    return kind .. ' ' .. (chapter.number and chapter.number .. '.' or '')
        .. count
end

local function listing(book, chapter, block)
    local region = quote.find_region(book, block.attributes)
    if not region then
        return block
    end
    local file = region.file
    local id = block.identifier ~= '' and block.identifier
        or file.id .. '--' .. region.name
    local where = block.attributes.where
    note_use(region.uses, { chapter = chapter, where = where, id = id,
        section = chapter.section },
        ('region "%s" of %s'):format(region.name, file.path))
    chapter.listings = chapter.listings + 1
    local label = numbered(chapter, 'Listing', chapter.listings)
    if #region.uses == 1 then
        ids.claim(chapter, id, { label = label, name = file.path }, where)
    end
    local code = source.region_text(region)
    check_width(file.path, region.first, code)
    if not book.render then
        return block
    end
    return quote.box(id, 'listing', listing_caption(book, region, label),
        quote.code_html(code, 'c', label .. ', ' .. file.path, file.id,
            not book.is_epub and region.first or nil))
end

-- A transcript's folder says what it is: tests/01_select/demo/chat.expected is
-- what `make demo-01` prints for chat; stops/ has what readers are told to try.
local function transcript_caption(path)
    local name = path:match('([^/]+)%.%w+$') or path
    local number, folder = path:match('^tests/(%d+)_[^/]*/([^/]+)/')
    if folder ~= 'demo' then
        return 'What you see', '', 'seen-' .. text.slug(name)
    end
    return 'Running <code>' .. text.html(name) .. '</code>',
        ' <span class="place"><code>make demo-' .. number .. '</code></span>',
        'output-' .. text.slug(name)
end

local function transcript(book, chapter, block)
    local path, where = block.attributes.file, block.attributes.where
    local uses = book.transcripts[path]
    local content = uses and text.read(path)
    if not content then
        text.problem(where, 'no such transcript: %s', path)
        return block
    end
    local label, hint, id = transcript_caption(path)
    id = block.identifier ~= '' and block.identifier or id
    note_use(uses, { chapter = chapter, where = where },
        'transcript ' .. path)
    if #uses == 1 then
        ids.claim(chapter, id, { name = path }, where)
    end
    check_width(path, 1, content)
    if not book.render then
        return block
    end
    return quote.box(id, 'transcript', '<span class="label">' .. label ..
        '</span>' .. hint, quote.code_html(content:gsub('\n+$', ''), 'console',
        'Transcript ' .. path:match('[^/]+$')))
end

local LABELS = {
    sh = 'Shell commands', python = 'Python', c = 'C, not in the program',
}

-- Code of the chapter's own: a sketch, commands, Python.
function quote.loose(book, block)
    local where = block.attributes.where
    local class = block.classes[1] or ''
    local is_sketch = block.classes:includes('sketch')
    if block.classes:includes('c') and not is_sketch then
        text.problem(where,
            'C that comes from no file: add file= and region=, or .sketch')
    end
    local path, line = where:match('^(.*):(%d+)$')
    if path then
        check_width(path, math.tointeger(tonumber(line)) + 1, block.text)
    end
    if not book.render then
        return block
    end
    local label = LABELS[class] or 'Text'
    return pandoc.Div(pandoc.RawBlock('html',
        quote.code_html(block.text, class, label)),
        pandoc.Attr(block.identifier,
            { 'loose', is_sketch and 'sketch' or class }))
end

function quote.block(book, chapter, block)
    local path = block.attributes.file
    if path and path:match('%.[ch]$') then
        return listing(book, chapter, block)
    elseif path then
        return transcript(book, chapter, block)
    end
    ids.claim(chapter, block.identifier, { name = 'code' },
        block.attributes.where)
    return quote.loose(book, block)
end

-- A whole file, for its page.
function quote.whole(file)
    local html = quote.code_html(table.concat(file.lines, '\n'), 'c', file.path,
        'L', 1)
    return (html:gsub('(["#])L%-(%d+)"', '%1L%2"'))
end

return quote
