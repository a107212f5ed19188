# size.awk - rule `size`: what is read fits the page and the mind.  Proves that
# no line has more than 80 columns, no header more than 120 lines, no source
# more than 350, no function more than 50 from brace to brace, and that the
# median function of the layers (code/NN_slug/*.[ch]) has 15 at most.
#
# Limits: a column is a character, whatever its width.

function is_printed(path) { return path ~ /^code\/[^\/]*\/[^\/]*$/ }

function check_width(line)
{
    if (length(line) <= 80) return
    gsub(/[\200-\277]/, "", line)       # UTF-8: a byte a character is left
    if (length(line) > 80)
        finding(file, FNR, "size", "has " length(line) " columns, 80 are read")
}

function check_file_size(    most)
{
    most = is_header ? 120 : 350
    if (last_line > most)
        finding(file, most + 1, "size",
            "has " last_line " lines, " most " is the most")
    if (!is_printed(file)) return
    printed_files++
    printed_lines += last_line
}

function check_function_size(what, lines, line)
{
    if (lines > 50)
        finding(file, line, "size", what " has " lines " lines, 50 is the most")
    if (!is_printed(file)) return
    functions++
    of_length[lines]++
    if (lines > longest) longest = lines
}

function median(    lines, below)
{
    for (lines = 0; lines < longest; lines++) {
        below += of_length[lines]
        if (below * 2 >= functions) break
    }
    return lines
}

function prove_median()
{
    if (median() > 15)
        finding("code", 1, "size",
            "the median function has " median() " lines, 15 is the most")
}

function summary()
{
    return "lint: clean: " printed_files + 0 " files, " printed_lines + 0 \
        " lines, " functions + 0 " functions, their median " median() " lines"
}
