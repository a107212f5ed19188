-- points.lua: ::: points, the table of what the exercises of each chapter are
-- worth, and where its slides are.

local points = {}

local HEADERS = { 'Chapter', 'Fix', 'Build', 'Extend', 'Together',
    'Slides' }

local function points_of_chapter(book, chapter)
    local by_kind, sum = {}, 0
    for _, folder in ipairs(book.exercise_list) do
        local use = book.exercises[folder][1]
        if use and use.chapter == chapter and use.points then
            by_kind[use.kind] = (by_kind[use.kind] or 0) + use.points
            sum = sum + use.points
        end
    end
    return by_kind, sum
end

local function cell(inline)
    return { pandoc.Plain { inline } }
end

function points.table_of(book)
    local rows, total = {}, 0
    for _, chapter in ipairs(book.chapters) do
        local by_kind, sum = points_of_chapter(book, chapter)
        if sum > 0 then
            local row = { cell(pandoc.Link({ pandoc.Str(chapter.number ..
                '. ' .. chapter.title) }, chapter.stem .. '.md#exercises')) }
            for _, kind in ipairs { 'fix', 'build', 'extend' } do
                row[#row + 1] = cell(pandoc.Str(tostring(by_kind[kind] or 0)))
            end
            row[#row + 1] = cell(pandoc.Str(tostring(sum)))
            row[#row + 1] = cell(chapter.deck and pandoc.Link('slides',
                'slides/' .. chapter.stem .. '.md') or pandoc.Str('–'))
            rows[#rows + 1] = row
            total = total + sum
        end
    end
    rows[#rows + 1] = { cell(pandoc.Str('All')), {}, {}, {},
        cell(pandoc.Str(tostring(total))), {} }
    local headers, aligns, widths = {}, {}, {}
    for i, words in ipairs(HEADERS) do
        headers[i] = cell(pandoc.Str(words))
        local is_number = i > 1 and i < #HEADERS
        aligns[i] = is_number and 'AlignRight' or 'AlignLeft'
        widths[i] = 0
    end
    return pandoc.utils.from_simple_table(pandoc.SimpleTable(
        { pandoc.Str('Points of the exercises') }, aligns, widths, headers,
        rows))
end

return points
