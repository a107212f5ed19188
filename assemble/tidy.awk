# tidy.awk - what Markdown would take for its own gets a backslash.

function tidy(text) {
    gsub(/[\\`*_<>#~^$@|]/, "\\\\&", text)
    return text
}
