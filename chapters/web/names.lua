-- names.lua: the index of names: what the code of the layers defines.

local ids = PART('ids')
local index = PART('index')
local names = {}

-- So many sections that speak of a name are named.
local ALSO = 8

local SHOWN = {
    ['function'] = '%s()', prototype = '%s()', struct = 'struct %s',
    union = 'union %s', enum = 'enum %s',
}

function names.shown_name(definition)
    return (SHOWN[definition.kind] or '%s'):format(definition.name)
end

-- Whether a name has a definition of that kind, too: in that file, or in any.
local function has_kind(book, name, kind, file)
    for _, d in ipairs(book.definitions[name]) do
        if d.kind == kind and (not file or d.file == file) then
            return true
        end
    end
end

-- Of a function's prototype and definition, and of a struct and the type of
-- that name, one is enough.
local function is_indexed(book, d)
    if d.kind == 'prototype' then
        return not has_kind(book, d.name, 'function')
    elseif d.kind == 'struct' or d.kind == 'union' or d.kind == 'enum' then
        return not has_kind(book, d.name, 'type', d.file)
    end
    return d.name ~= 'main' and not d.name:match('^_')
end

-- A total order, so that every pandoc makes the same index.
local function sort_key(d)
    return ('%s\0%s\0%s\0%06d\0%s'):format(d.name:lower(), d.name,
        d.file.path, d.line, d.kind)
end

-- With those of the demos, which the search finds and the index leaves out.
function names.definitions(book)
    local list = {}
    for _, definitions in pairs(book.definitions) do
        for _, d in ipairs(definitions) do
            if is_indexed(book, d) then
                list[#list + 1] = d
            end
        end
    end
    table.sort(list, function(a, b) return sort_key(a) < sort_key(b) end)
    return list
end

local function place(book, d)
    local code = pandoc.Code(d.file.path:gsub('^code/', '') .. ':' .. d.line)
    local href = ids.address_of_source(book, '', d.file, d.line)
    return href and pandoc.Link({ code }, href) or code
end

-- The section that prints the definition, and those that speak of the name.
local function name_sections(book, appendix, d, uses)
    local rest = {}
    for _, section in ipairs(uses or {}) do
        if section.heading ~= d.use.section and #rest < ALSO then
            rest[#rest + 1] = section
        end
    end
    return index.places(book, appendix, { { chapter = d.use.chapter,
        heading = d.use.section } }, rest)
end

local function name_entry(book, appendix, d, uses)
    return { pandoc.Plain {
        pandoc.Link({ pandoc.Code(names.shown_name(d)) },
            ids.address_of_definition(book, appendix, d)),
        pandoc.Space(), pandoc.Span({ pandoc.Str(d.kind) }, { class = 'kind' }),
        pandoc.Space(), place(book, d),
        pandoc.Space(), name_sections(book, appendix, d, uses),
    } }
end

-- name -> the sections that speak of it, in order
local function uses_of_names(sections)
    local uses = {}
    for _, section in ipairs(sections) do
        for name in pairs(section.names) do
            local list = uses[name] or {}
            uses[name] = list
            list[#list + 1] = section
        end
    end
    return uses
end

function names.add_names(book, add_appendix)
    local list = {}
    for _, d in ipairs(names.definitions(book)) do
        if not d.file.is_demo then
            list[#list + 1] = d
        end
    end
    if #list == 0 then
        return
    end
    local appendix = add_appendix(book, 'index-of-names', 'Index of names',
        pandoc.List())
    book.sections = book.sections or index.read_sections(book, { first = {} })
    local uses, entries = uses_of_names(book.sections), {}
    for _, d in ipairs(list) do
        entries[#entries + 1] = { name = d.name,
            item = name_entry(book, appendix, d, uses[d.name]) }
    end
    appendix.blocks:insert(pandoc.Para { pandoc.Str('All functions, types, '
        .. 'constants and macros of the layers: the line that defines each, '
        .. 'its place in the file, the section that prints it, and those that '
        .. 'speak of it. The names of the demos stand in their files.') })
    appendix.blocks:extend(index.lettered(book, appendix, entries, 'definitions'))
end

return names
