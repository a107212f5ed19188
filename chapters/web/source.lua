-- source.lua: C files as the book sees them: regions and definitions.
--
-- The banners /* ---- Title ---- */ part a file into regions; what is before
-- the first is the region "top".  Each line that is not blank and not a banner
-- is in exactly one region, so a file is printed whole exactly when each of
-- its regions is quoted once.

local text = PART('text')
local source = {}

local BANNER = '^%s*/%* %-%-%-+ (.-) %-%-%-+ %*/%s*$'
source.BANNER = BANNER

-- Regions ------------------------------------------------------------------

local function open_region(file, name, title, line)
    if file.by_name[name] then
        text.problem(file.path .. ':' .. line,
            'a second region is called "%s"', name)
    end
    local region = { name = name, title = title, file = file, uses = {} }
    file.by_name[name] = region
    file.regions[#file.regions + 1] = region
    return region
end

-- first and last are those lines of the region that are not blank.
local function read_regions(file)
    local region = open_region(file, 'top', nil, 1)
    for number, line in ipairs(file.lines) do
        local title = line:match(BANNER)
        if title then
            region = open_region(file, text.slug(title), title, number)
        elseif line:match('%S') then
            region.first = region.first or number
            region.last = number
        end
    end
end

function source.region_at(file, line)
    for _, region in ipairs(file.regions) do
        if region.first and region.first <= line and line <= region.last then
            return region
        end
    end
end

-- The region's lines, moved to the left as far as they are all indented.
function source.region_text(region)
    local lines, indent = {}, math.huge
    for number = region.first, region.last do
        local line = region.file.lines[number]
        if line:match('%S') then
            indent = math.min(indent, #line:match('^ *'))
        end
        lines[#lines + 1] = line
    end
    for i, line in ipairs(lines) do
        lines[i] = line:sub(indent + 1)
    end
    return table.concat(lines, '\n')
end

-- Blanking -----------------------------------------------------------------

local function blank(s)
    return (s:gsub('[^\n]', ' '))
end

local function end_of_quoted(code, at, quote)
    local i = at + 1
    while i <= #code and code:sub(i, i) ~= quote do
        i = i + (code:sub(i, i) == '\\' and 2 or 1)
    end
    return i
end

-- Where what starts at `at` ends, if it is a comment or quoted.
local function end_of_noise(code, at)
    local two = code:sub(at, at + 1)
    if two == '/*' then
        return select(2, code:find('*/', at + 2, true)) or #code
    elseif two == '//' then
        return (code:find('\n', at, true) or #code + 1) - 1
    elseif two:match('^["\']') then
        return end_of_quoted(code, at, two:sub(1, 1))
    end
end

-- Comments and quoted text become spaces: each brace left is the program's.
local function without_noise(code)
    local out, at = {}, 1
    while at <= #code do
        local start = code:find('[/"\']', at)
        if not start then
            break
        end
        out[#out + 1] = code:sub(at, start - 1)
        local stop = end_of_noise(code, start)
        out[#out + 1] = stop and blank(code:sub(start, stop)) or '/'
        at = (stop or start) + 1
    end
    return table.concat(out) .. code:sub(at)
end

-- Definitions --------------------------------------------------------------

-- One name per file and kind: an #else branch does not define it again.
local function define(file, kind, name, line, last)
    local key = kind .. ' ' .. name
    if not file.defined[key] then
        local definition = {
            kind = kind, name = name, file = file, line = line, last = last,
        }
        file.defined[key] = definition
        file.definitions[#file.definitions + 1] = definition
    end
end

-- Names that start with _ are the system's; X_H after #ifndef is a guard.
local function read_macros(file, code)
    local lines = text.lines(code)
    for number, line in ipairs(lines) do
        local name = line:match('^%s*#%s*define%s+([%a_][%w_]*)')
        local before = lines[number - 1] or ''
        if name and not name:match('^_')
            and not before:match('^%s*#%s*ifndef%s+' .. name .. '%s*$') then
            define(file, 'macro', name, number)
        end
    end
end

local function without_directives(code)
    local out, continued = {}, false
    for _, line in ipairs(text.lines(code)) do
        local directive = continued or line:match('^%s*#')
        continued = directive and line:match('\\%s*$')
        out[#out + 1] = directive and blank(line) or line
    end
    return table.concat(out, '\n') .. '\n'
end

local function define_constants(file, body, offset)
    body = body:gsub('%b()', blank)
    for at, name in (',' .. body):gmatch('(),%s*[%a_][%w_]*()') do
        local word_at = (',' .. body):match('^,%s*()', at)
        define(file, 'constant', (',' .. body):sub(word_at, name - 1),
            file.line_at(offset + word_at - 2))
    end
end

local function name_of_typedef(declarator)
    local pointed = declarator:match('%(%s*%*%s*([%a_][%w_]*)%s*%)')
    if pointed then
        return pointed
    end
    declarator = declarator:gsub('%b()%s*$', ''):gsub('%b[]%s*$', '')
    return declarator:match('([%a_][%w_]*)%s*$')
end

local NOT_FUNCTIONS = {
    void = true, int = true, char = true, double = true, bool = true,
    __attribute__ = true, _Alignas = true, _Static_assert = true,
}

local function name_of_prototype(head)
    for at, name in head:gmatch('()([%a_][%w_]*)%s*%b()') do
        if not NOT_FUNCTIONS[name] and name:match('%l') then
            return name, at
        end
    end
end

-- One declaration at the outermost level: head { body } tail ;
-- start is where head begins; body_at, stop: of the body and of the end.
local function read_declaration(file, d)
    local function line(at)
        return file.line_at(d.start + at - 1)
    end
    local kind, tag_at, tag = d.head:match('(%a+)%s+()([%a_][%w_]*)%s*$')
    local is_typedef = d.head:match('^%s*typedef%f[%W]')
    if d.body and d.head:match('%)%s*$') then
        local at, name = d.head:match('()([%a_][%w_]*)%s*%b()%s*$')
        if name then
            define(file, 'function', name, line(at), file.line_at(d.stop))
        end
        return
    end
    if d.body and (kind == 'struct' or kind == 'union' or kind == 'enum') then
        define(file, kind, tag, line(tag_at))
    end
    if d.body and d.head:match('%f[%w]enum%f[%W][^=]*$') then
        define_constants(file, d.body, d.body_at)
    end
    if is_typedef then
        local name = name_of_typedef(d.body and d.tail or d.head)
        if name then
            define(file, 'type', name, line(1))
        end
    elseif not d.body and not d.head:find('=') then
        local name, at = name_of_prototype(d.head)
        if name then
            define(file, 'prototype', name, line(at))
        end
    end
end

-- A declaration ends with ; or, a function, with the brace of its body.
local function read_declarations(file, code)
    local depth, d, at = 0, nil, 1
    local start = code:match('()%S')
    while start do
        local stop = code:find('[{};]', at)
        if not stop then
            break
        end
        local mark = code:sub(stop, stop)
        d = d or { start = start }
        if mark == '{' then
            if depth == 0 and not d.body_at then
                d.head, d.body_at = code:sub(start, stop - 1), stop + 1
            end
            depth = depth + 1
        elseif mark == '}' then
            depth = depth - 1
        end
        local is_end = depth == 0 and mark ~= '{'
        if is_end and mark == '}' then
            d.body = d.body or code:sub(d.body_at or stop, stop - 1)
            d.tail_at = stop + 1
            is_end = d.head and d.head:match('%)%s*$')
        end
        if is_end then
            d.head = d.head or code:sub(start, stop - 1)
            d.tail = d.tail_at and code:sub(d.tail_at, stop - 1)
            d.stop = stop
            read_declaration(file, d)
            d, start = nil, code:match('()%S', stop + 1)
        end
        at = stop + 1
    end
end

-- The function whose body the line is in, but not its first line.
function source.function_around(file, line)
    for _, d in ipairs(file.definitions) do
        if d.kind == 'function' and d.line < line and line <= d.last then
            return d
        end
    end
end

-- A file -------------------------------------------------------------------

-- nil where there is no such file.
function source.load(path)
    local content = text.read(path)
    if not content then
        return nil
    end
    local file = {
        path = path, lines = text.lines(content), regions = {}, by_name = {},
        definitions = {}, defined = {}, line_at = text.line_counter(content),
        id = text.slug((path:gsub('^code/', ''))),
        is_demo = path:match('^code/[^/]*/[^/]*/') ~= nil,
    }
    read_regions(file)
    local code = without_noise(content)
    read_macros(file, code)
    read_declarations(file, without_directives(code))
    return file
end

return source
