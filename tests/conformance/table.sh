#!/bin/sh
# table.sh - proves what the table in README.md says: that it has a row for each
# of CPython's core cases, and that each test which it names is there.  Part of
# compare.sh, whose holds() and skip() it uses.
#
# A row is `| CASE | PROOF |`, under a heading `### FILE CLASS`, in a section
# `## AREA: COUNT`.  PROOF is `PATH: TEST`, or `PATH` of a program here, or
# several with `; ` between them, or `cannot: REASON`.
rows=433

# One line a row: AREA, COUNT, FILE, CLASS, CASE, PROOF, with tabs between.
read_table() {
    awk -F ' *[|] *' '
        /^## [a-z]+: [0-9]+$/ { area = $0; gsub(/^## |:/, "", area)
                                split(area, of, " ") }
        /^### / { split($0, heading, " ") }
        of[1] && /^[|]/ && $2 != "case" && $2 !~ /^-/ {
            print of[1] "\t" of[2] "\t" heading[2] "\t" heading[3] "\t" \
                $2 "\t" $3
        }' "$here/README.md"
}

# The areas whose number of rows is not that of their heading.
count_areas() {
    awk -F '\t' '
        { wanted[$1] = $2; rows[$1]++ }
        END {
            for (area in wanted)
                if (rows[area] != wanted[area])
                    print area ": " rows[area] " rows, not " wanted[area]
        }' "$work/table"
}

find_doubles() {
    cut -f 3-5 "$work/table" | sort | uniq -d | sed 's/$/: is there twice/'
}

# The proofs, one a line: CASE, PATH, TEST; a program here is its own test.
list_proofs() {
    awk -F '\t' '
        $6 ~ /^cannot: ./ { next }
        $6 == "" || $6 ~ /^cannot/ { print $5 "\tnothing\t-"; next }
        {
            n = split($6, proofs, "; ")
            for (i = 1; i <= n; i++) {
                split(proofs[i] ": -", part, ": ")
                print $5 "\t" part[1] "\t" part[2]
            }
        }' "$work/table"
}

find_missing() {
    tests='s/^TEST[A-Z_]*(\([0-9]*, \)\{0,1\}\([a-z0-9_A-Z]*\)).*/\2/p'
    list_proofs > "$work/proofs"
    cut -f 2 "$work/proofs" | sort -u | while read -r path; do
        case $path in
        tests/*.c) [ ! -e "$path" ] || sed -n "$tests" "$path" |
            sed "s,^,$path	,"
            [ ! -e "$here/${path##*/}" ] || echo "$path	-" ;;
        esac
    done > "$work/tests"
    awk -F '\t' '
        FILENAME == ARGV[1] { is_there[$1, $2] = 1; next }
        !(($2, $3) in is_there) { print $1 ": " $2 " has no test " $3 }
    ' "$work/tests" "$work/proofs"
}

# Of the cases that CPython does not have, under that name, in that file.
find_invented() {    # FOLDER
    cut -f 3,5 "$work/table" | while read -r file case; do
        grep -q "def test_$case(" "$1/$file" || echo "$file: no test_$case"
    done
}

prove_table() {
    read_table > "$work/table"
    awk -v rows=$rows 'END { if (NR != rows) print "it has " NR }' \
        "$work/table" > "$work/why"
    holds "the table has $rows rows"
    { count_areas; find_doubles; } > "$work/why"
    holds 'each area has its rows, each of them once'
    find_missing > "$work/why"
    holds 'each test that the table names is there'
    folder=
    [ "$minor" -lt 13 ] || folder=$("$PYTHON" -c \
        'import test.test_asyncio as it; print(it.__path__[0])' 2> /dev/null)
    if [ -z "$folder" ]; then
        skip 'CPython has each case of the table' \
            'needs PYTHON=python3.13 and its tests'
    else
        find_invented "$folder" > "$work/why"
        holds 'CPython has each case of the table'
    fi
}
