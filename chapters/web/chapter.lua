-- chapter.lua: one chapter, from its Markdown to numbered, checked blocks.

local text = PART('text')
local markdown = PART('markdown')
local ids = PART('ids')
local quote = PART('quote')
local points = PART('points')
local chapter_of = {}

local stringify = pandoc.utils.stringify

local function raw(html)
    return pandoc.RawBlock('html', html)
end

local function span(class, words)
    return pandoc.Span({ pandoc.Str(words) }, { class = class })
end

-- Exercises ----------------------------------------------------------------

local KINDS = { fix = true, build = true, extend = true, explain = true }

-- Points are what the tests of the exercise declare: TEST_FOR(points, ...).
local function points_of(folder, where)
    local path = folder:gsub('^code/', 'tests/') .. '/check.c'
    local code, points = text.read(path), 0
    if not code then
        text.problem(where, 'no %s, which tells the points', path)
        return 0
    end
    for n in ('\n' .. code):gmatch('\n%s*TEST_FOR%s*%(%s*(%d+)') do
        points = points + math.tointeger(tonumber(n))
    end
    return points
end

-- What follows `## Hint` can be opened; other headings become bold lines.
local function with_hints(blocks)
    local out, hint = pandoc.List(), nil
    local function close_hint()
        if hint then
            out:extend { raw('<details class="hint"><summary>Hint</summary>') }
            out:extend(hint)
            out:extend { raw('</details>') }
        end
        hint = nil
    end
    for _, block in ipairs(blocks) do
        local is_heading = block.t == 'Header'
        if is_heading then
            close_hint()
        end
        if is_heading and stringify(block.content):match('^Hint') then
            hint = pandoc.List()
        elseif is_heading then
            out:insert(pandoc.Para { pandoc.Strong(block.content) })
        else
            (hint or out):insert(block)
        end
    end
    close_hint()
    return out
end

-- The README's first heading names the exercise.
local function split_title(blocks, path)
    local title = blocks[1]
    if not title or title.t ~= 'Header' or title.level ~= 1 then
        text.problem(path .. ':1', 'an exercise starts with its # Title')
        return nil, blocks
    end
    blocks:remove(1)
    return title, blocks
end

local function facts(folder, number, kind, points)
    local line = pandoc.List { span('kind', kind) }
    if points then
        line:extend {
            pandoc.Str(' ' .. points .. ' points, '),
            pandoc.Code('make grade-' .. ('%02d'):format(number)),
            pandoc.Str(', '),
        }
    else
        line:insert(pandoc.Str(' for discussion, '))
    end
    line:insert(pandoc.Code(folder .. '/'))
    return pandoc.Div(pandoc.Plain(line), { class = 'facts' })
end

-- ::: {.exercise dir=code/01_select/exercises/1_fix_x} becomes the README.
local function exercise(book, chapter, div)
    local where = div.attributes.where
    local folder = (div.attributes.dir or ''):gsub('/+$', '')
    local uses = book.exercises[folder]
    local k, kind = folder:match('/(%d+)_(%a+)[^/]*$')
    if not uses or not KINDS[kind] then
        text.problem(where, 'no such exercise: "%s"', folder)
        return div
    elseif #div.content > 0 then
        text.problem(where, 'the text of an exercise is in its README.md')
    elseif #uses > 0 then
        text.problem(where, '%s is included twice (the first time at %s)',
            folder, uses[1].where)
        return div
    end
    local use = { chapter = chapter, where = where, kind = kind }
    uses[1] = use
    local path = folder .. '/README.md'
    local content = text.read(path)
    if not content then
        text.problem(where, 'no %s', path)
        return div
    end
    local doc = markdown.read(path, content)
    local title, blocks = split_title(doc.blocks, path)
    local number = (chapter.number and chapter.number .. '.' or '') .. k
    use.number, use.title = number, title and stringify(title.content) or ''
    use.points = kind ~= 'explain' and points_of(folder, where) or nil
    local head = pandoc.Header(3, title and title.content or {},
        pandoc.Attr('exercise-' .. number:gsub('%.', '-'), { 'exercise-title' },
            { where = path .. ':1', label = 'Exercise ' .. number }))
    return pandoc.Div(
        pandoc.List { head, facts(folder, chapter.number or 0, kind, use.points) }
        .. with_hints(blocks),
        pandoc.Attr('', { 'exercise' }, { where = where }))
end

local function include_exercises(book, chapter)
    return chapter.doc:walk {
        traverse = 'topdown',
        Div = function(div)
            if div.classes:includes('exercise') then
                return exercise(book, chapter, div), false
            end
        end,
    }
end

-- Headings -----------------------------------------------------------------

local function take_title(chapter, header, plain)
    if chapter.id then
        text.problem(header.attributes.where,
            'a second level 1 heading: %s', plain)
        return
    end
    chapter.id, chapter.title = header.identifier, plain
end

-- 2 for a chapter, 2.1 for a section, 2.1.3 below it; nil below that.
local function next_number(chapter, header)
    if not chapter.number or header.level > 3
        or header.classes:includes('unnumbered') then
        return nil
    end
    local count, level = chapter.heading_counts, header.level
    if level == 1 then
        return tostring(chapter.number)
    end
    count[level] = (count[level] or 0) + 1
    count[level + 1] = 0
    local number = tostring(chapter.number)
    for l = 2, level do
        number = number .. '.' .. (count[l] or 0)
    end
    return number
end

local function number_heading(chapter, header)
    local plain = stringify(header.content)
    local where = header.attributes.where
    local label = header.attributes.label
    local number = not label and next_number(chapter, header)
    if header.level > chapter.level + 1 then
        text.problem(where, 'this heading skips a level')
    end
    chapter.level = header.level
    if header.level == 1 then
        take_title(chapter, header, plain)
    end
    if number then
        label = (header.level == 1 and 'Chapter ' or 'Section ') .. number
    end
    local entry = { level = header.level, id = header.identifier,
        name = plain, number = number, label = label, chapter = chapter }
    ids.claim(chapter, header.identifier, entry, where)
    chapter.headings[#chapter.headings + 1] = entry
    chapter.section = entry
    header.attributes.label = nil
    local shown = header.level > 1 and number or label
    if shown then
        header.content:insert(1, pandoc.Space())
        header.content:insert(1, span('number', shown))
    end
    return header
end

-- Figures ------------------------------------------------------------------

local function check_svg(path, svg)
    if not svg:match('<title[^>]*>%s*[^<%s]') then
        text.problem(path .. ':1', 'this figure has no <title>')
    end
    if not svg:match('<desc[^>]*>%s*[^<%s]') then
        text.problem(path .. ':1', 'this figure has no <desc>')
    end
end

-- lit=NAME marks the part of the figure that has the id NAME.
local function light(svg, name, where)
    local count
    svg, count = svg:gsub('(<%w+)([^>]-id="' .. text.literal(name) .. '")',
        '%1 class="lit"%2', 1)
    if count == 0 then
        text.problem(where, 'the figure has nothing with the id "%s"', name)
    end
    return svg
end

-- Ids are made unique in the whole book.  A style that is there for readers
-- of the bare file in the dark goes: on a page, currentColor does that.
local function inline_svg(svg, prefix, alt)
    return (svg:gsub('<%?xml.-%?>%s*', ''):gsub('<!%-%-.-%-%->%s*', '')
        :gsub('<style[^>]*>(.-)</style>%s*', function(style)
            return style:find('prefers-color-scheme', 1, true) and '' or nil
        end)
        :gsub('(%sid=")', '%1' .. prefix)
        :gsub('url%(#', 'url(#' .. prefix)
        :gsub('(href="#)', '%1' .. prefix)
        :gsub('(aria%-%w+="[^"]*")', '')
        :gsub('%srole="[^"]*"', '')
        :gsub('<svg', '<svg role="img" aria-label="' .. text.html(alt) .. '"',
            1)
        :gsub('%s+$', ''))
end

-- The figure as HTML, checked.  prefix: of the ids in it.
function chapter_of.svg(path, lit, alt, prefix, where)
    if not alt or not alt:match('%S') then
        text.problem(where, 'figure %s has no alt text: alt="..."', path)
    end
    local svg = text.read(path)
    if not svg or not path:match('%.svg$') then
        text.problem(where, 'no such figure: %s', path)
        return ''
    end
    check_svg(path, svg)
    if lit then
        svg = light(svg, lit, where)
    end
    return inline_svg(svg, prefix, alt or '')
end

local function figure(book, chapter, image)
    local where, alt = image.attributes.where, image.attributes.alt or ''
    local folder = text.folder((where:gsub(':%d+$', '')))
    local path = text.join(folder, image.src)
    chapter.figures = chapter.figures + 1
    local label = 'Figure ' .. (chapter.number and chapter.number .. '.' or '')
        .. chapter.figures
    ids.claim(chapter, image.identifier, { label = label, name = label }, where)
    local lit = image.attributes.lit
    book.alts[path .. ' ' .. (lit or '')] = alt
    local prefix = (chapter.stem .. '-figure-' .. chapter.figures .. '-')
        :gsub('_', '-')
    local caption = pandoc.List { span('label', label .. '.'), pandoc.Space() }
    return pandoc.Div({
        raw('<figure class="figure">\n' .. chapter_of.svg(path, lit, alt,
            prefix, where) .. '\n<figcaption>'),
        pandoc.Plain(caption .. image.caption),
        raw('</figcaption>\n</figure>'),
    }, pandoc.Attr(image.identifier))
end

local function lone_image(block)
    local content = block.content
    return #content == 1 and content[1].t == 'Image' and content[1] or nil
end

local function reject_image(image)
    text.problem(image.attributes.where,
        'a figure stands alone in its paragraph: %s', image.src)
end

-- Divs ---------------------------------------------------------------------

local BOXES = { aside = true, stop = true, trap = true, exercise = true,
    ['python-c'] = true, points = true, names = true }

local function check_div(chapter, div)
    local where = div.attributes.where
    if not where then
        return
    end
    if not BOXES[div.classes[1]] then
        text.problem(where, 'no such box: ::: %s (there are: aside, '
            .. 'exercise, names, points, python-c, stop, trap)', div.classes[1] or '')
    end
    ids.claim(chapter, div.identifier, { name = 'the box' }, where)
end

local BOX_LABELS = { stop = 'Stop and run', trap = 'Trap' }

local function dress_box(chapter, div)
    local class = div.classes[1]
    if class == 'aside' then
        div.attributes.role = 'note'
    elseif BOX_LABELS[class] then
        div.content:insert(1, pandoc.Div(
            pandoc.Plain { pandoc.Str(BOX_LABELS[class]) },
            { class = 'label' }))
    end
    return div
end

-- A wide table scrolls in its box, which must then take the focus.
local function dress_table(element)
    local caption = stringify(pandoc.utils.to_simple_table(element).caption)
    return pandoc.Div({ element }, pandoc.Attr('', { 'wide' }, {
        tabindex = '0', role = 'group',
        ['aria-label'] = caption ~= '' and caption or 'Table',
    })), false
end

function chapter_of.dress(chapter, blocks)
    return pandoc.Pandoc(blocks):walk {
        traverse = 'topdown',
        Div = function(div) return dress_box(chapter, div) end,
        Table = dress_table,
    }.blocks
end

-- The rows Python -> C, for the appendix that has them all.
function chapter_of.collect_tables(chapter)
    chapter.python_tables = pandoc.List()
    chapter.doc:walk { Div = function(div)
        if div.classes:includes('python-c') then
            for _, block in ipairs(div.content) do
                if block.t == 'Table' then
                    chapter.python_tables:insert(block)
                end
            end
        end
    end }
end

-- The glossary -------------------------------------------------------------

-- Each term of a definition list in the glossary has the id #term-...
local function claim_terms(chapter, list)
    for _, item in ipairs(list.content) do
        local words = stringify(item[1])
        local id = 'term-' .. text.slug(words)
        local where = markdown.place_of_text(chapter.source, '\n' .. words)
        ids.claim(chapter, id, { name = words }, where)
        local term = { id = id, words = words, links = {} }
        for _, blocks in ipairs(item[2]) do
            pandoc.Pandoc(blocks):walk { Link = function(link)
                term.links[link.target] = true
            end }
        end
        chapter.terms = chapter.terms or {}
        chapter.terms[#chapter.terms + 1] = term
        item[1] = { pandoc.Span(item[1], pandoc.Attr(id)) }
    end
    return list
end

-- Footnotes ----------------------------------------------------------------

local function note_link(target, words, id, attributes)
    return pandoc.Link({ pandoc.Str(words) }, target, '',
        pandoc.Attr(id, { attributes.role:match('noteref') or 'noteback' },
            attributes))
end

-- Notes are at the chapter's end, with ids of our own: the same in every
-- pandoc, and in the one-page book not all at its very end.
function chapter_of.move_notes(book, chapter, blocks)
    local notes = pandoc.List()
    local function address(id)
        return ids.address(book, chapter, chapter, id)
    end
    local function move(note)
        local n = tostring(#notes + 1)
        local content = note.content
        local back = note_link(address('noteref-' .. n), '↩', '',
            { role = 'doc-backlink', ['aria-label'] = 'Back to the text' })
        local last = content[#content]
        if last and (last.t == 'Para' or last.t == 'Plain') then
            last.content:extend { pandoc.Space(), back }
            content[#content] = last
        else
            content:insert(pandoc.Para { back })
        end
        notes:insert { pandoc.Div(content, pandoc.Attr('note-' .. n)) }
        local reference = { role = 'doc-noteref' }
        if book.is_epub then
            reference['epub:type'] = 'noteref'
        end
        return pandoc.Superscript { note_link(address('note-' .. n), n,
            'noteref-' .. n, reference) }
    end
    local out = pandoc.Pandoc(blocks):walk { Note = move }.blocks
    if #notes > 0 then
        out:insert(pandoc.Div({ pandoc.OrderedList(notes) },
            pandoc.Attr('', { 'footnotes' },
                { role = 'doc-endnotes', ['aria-label'] = 'Footnotes' })))
    end
    return out
end

-- A chapter ----------------------------------------------------------------

-- nil where there is no such file.
function chapter_of.read(path)
    local content = text.read(path)
    if not content then
        return nil
    end
    local stem = path:match('([^/]+)%.md$')
    local number = tonumber(stem:match('^(%d+)_'))
    local doc, source = markdown.read(path, content)
    return {
        path = path, stem = stem, page = stem .. '.html',
        doc = doc, source = source,
        number = number and number < 90 and number or nil, content = content,
        ids = {}, headings = {}, heading_counts = {}, level = 0,
        listings = 0, figures = 0,
    }
end

-- Numbers and claims everything that stands in the chapter, in reading order;
-- quotes the code.
function chapter_of.number(book, chapter)
    local is_glossary = chapter.stem:match('glossary')
    local function paragraph(block)
        local image = lone_image(block)
        if image then
            return figure(book, chapter, image), false
        end
    end
    chapter.doc = include_exercises(book, chapter):walk {
        traverse = 'topdown',
        Header = function(h) return number_heading(chapter, h) end,
        Para = paragraph,
        Image = reject_image,
        Div = function(div)
            check_div(chapter, div)
            if div.classes[1] == 'points' then
                return points.table_of(book), false
            end
        end,
        Span = function(element)
            ids.claim(chapter, element.identifier,
                { name = stringify(element) }, element.attributes.where or '')
        end,
        CodeBlock = function(block)
            return quote.block(book, chapter, block), false
        end,
        DefinitionList = function(list)
            if is_glossary then
                return claim_terms(chapter, list), false
            end
        end,
    }
    if not chapter.id then
        text.problem(chapter.path .. ':1', 'this chapter has no # Title')
        chapter.id, chapter.title = 'chapter', chapter.stem
    end
end

-- The blocks of a numbered chapter, ready for a page.
function chapter_of.finish(book, chapter, blocks)
    blocks = ids.resolve_links(book, chapter, blocks)
    blocks = chapter_of.dress(chapter, blocks)
    blocks = chapter_of.move_notes(book, chapter, blocks)
    return markdown.forget_places(blocks)
end

return chapter_of
