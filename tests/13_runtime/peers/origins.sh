# origins.sh - holds the macros of origins.h against the public headers: what
# suspends there must have one, and each must call the function of its name.
# Not public are X_inside.h, and what includes one.
for header in code/[0-9]*/*.h; do
    case $header in
    *_inside.h | */origins.h) ;;
    *) grep -q '_inside\.h"' "$header" || cat "$header" ;;
    esac
done | sed 's|/\*.*\*/||' | awk '
    # ---- What suspends
    FILENAME == "-" && /^SUSPENDS / {
        name = $0
        sub(/\(.*/, "", name)
        sub(/.*[ *]/, "", name)
        suspends[name]
        some = 1
    }
    FILENAME == "-" {
        while (match($0, /[a-z_0-9]+\(/)) {
            declared[substr($0, RSTART, RLENGTH - 1)]
            $0 = substr($0, RSTART + RLENGTH)
        }
        next
    }

    # ---- The macros
    /^#define [a-z]/ {
        name = $2
        sub(/\(.*/, "", name)
        if (name in macro)
            print name ": twice"
        macro[name]
        if (/\\$/)
            getline rest
        else
            rest = $0
        if (index(rest, "(HERE, " name "(__VA_ARGS__))") == 0)
            print name ": calls something else"
        if (!(name in declared))
            print name ": no such function"
    }

    # ---- What is missing
    END {
        for (name in suspends)
            if (!(name in macro))
                print name ": suspends, and has no macro"
        print (some ? "checked" : "nothing suspends")
    }
' - code/13_runtime/origins.h
