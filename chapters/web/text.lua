-- text.lua: tools for text and files, and the list of what is wrong.
-- Nothing here knows about books.

local text = {}

-- Problems -----------------------------------------------------------------

-- The book is made only while this is empty.
local problems = {}

-- where: "file:line", or "file" when no line can be known.
function text.problem(where, message, ...)
    problems[#problems + 1] = {
        path = where:match('^(.-):%d+$') or where,
        line = tonumber(where:match(':(%d+)$') or 0),
        order = #problems,
        words = where .. ': ' .. message:format(...),
    }
end

local function comes_before(a, b)
    if a.path ~= b.path then
        return a.path < b.path
    elseif a.line ~= b.line then
        return a.line < b.line
    end
    return a.order < b.order
end

-- Prints all problems as compilers do, and ends pandoc.  Every page is written
-- after this has been called, so a book with a problem leaves no page.
function text.stop_if_problems()
    if #problems == 0 then
        return
    end
    table.sort(problems, comes_before)
    for _, problem in ipairs(problems) do
        io.stderr:write(problem.words, '\n')
    end
    io.stderr:flush()
    os.exit(1)
end

-- Files --------------------------------------------------------------------

-- nil where there is no such file.
function text.read(path)
    local handle = io.open(path, 'rb')
    if not handle then
        return nil
    end
    local content = handle:read('a')
    handle:close()
    return content and (content:gsub('\r\n', '\n'))
end

function text.write(path, content)
    local handle = assert(io.open(path, 'wb'))
    handle:write(content)
    handle:close()
end

function text.exists(path)
    local handle = io.open(path, 'rb')
    if handle then
        handle:close()
    end
    return handle ~= nil
end

-- "a/b/../c.md" from "c.md" in "a/b/..": links are relative to their file.
function text.join(folder, path)
    local parts = {}
    for part in (folder .. '/' .. path):gmatch('[^/]+') do
        if part == '..' and #parts > 0 and parts[#parts] ~= '..' then
            parts[#parts] = nil
        elseif part ~= '.' then
            parts[#parts + 1] = part
        end
    end
    return table.concat(parts, '/')
end

function text.folder(path)
    return path:match('^(.*)/[^/]*$') or '.'
end

-- Lines --------------------------------------------------------------------

function text.lines(content)
    local lines = {}
    for line in (content:gsub('\n?$', '\n')):gmatch('(.-)\n') do
        lines[#lines + 1] = line
    end
    return lines
end

-- A function from an offset in content to its line number.
function text.line_counter(content)
    local starts = { 1 }
    for at in content:gmatch('\n()') do
        starts[#starts + 1] = at
    end
    return function(offset)
        local low, high = 1, #starts
        while low < high do
            local middle = (low + high + 1) // 2
            if starts[middle] <= offset then
                low = middle
            else
                high = middle - 1
            end
        end
        return low
    end
end

-- What a line takes on the page: characters, not bytes; tabs stop at eights.
function text.columns(line)
    local columns = 0
    for character in line:gmatch('[%z\1-\127\194-\244][\128-\191]*') do
        columns = character == '\t' and (columns // 8 + 1) * 8 or columns + 1
    end
    return columns
end

function text.words(list)
    local words = {}
    for word in (list or ''):gmatch('%S+') do
        words[#words + 1] = word
    end
    table.sort(words)
    return words
end

-- Spelling for others ------------------------------------------------------

-- "Asking select()" -> "asking-select": names of regions, ids, file names.
function text.slug(s)
    return (s:lower():gsub('[^%w]+', '-'):gsub('^%-+', ''):gsub('%-+$', ''))
end

local ENTITIES = {
    ['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;', ['"'] = '&quot;',
}

function text.html(s)
    return (s:gsub('[&<>"]', ENTITIES))
end

-- Safe inside <script>, too: "<" never appears.
function text.json(s)
    return '"' .. s:gsub('[%c"\\<]', function(c)
        return ('\\u%04x'):format(c:byte())
    end) .. '"'
end

-- A Lua pattern that matches s and nothing else.
function text.literal(s)
    return (s:gsub('%W', '%%%0'))
end

return text
