# table.awk - the tables of `make bench`, from the record that bench.sh keeps.
# Each value is the least of all rounds: what disturbs a program on a busy
# machine makes it slower, never faster.  A ratio is the peer's to Weft's.

$1 == "peer"   { peers[++peer_count] = $2; versions[$2] = $3 }
$1 == "absent" { absent[$2] = 1; absences = absences ", " $2 }
$1 == "work"   { works[++work_count] = $2; titles[$2] = $3 }
$1 == "value"  { add_value($2, $3, $4, $5 + 0) }
$1 == "remark" { add_remark($2, $3, $4) }
$1 == "failed" { failures[++failure_count] = $2 " " $3 " " $4 }
$1 == "failed-says" {
    failures[++failure_count] = "    " $4
}
$1 == "failed" { has_failed[$2, $3] = 1 }
$1 == "bar"    { bars[++bar_count] = $2 " " $3 " " $4 " " $5 " " $6 }

END {
    print_heading()
    for (w = 1; w <= work_count; w++) print_work(works[w])
    print_bars()
    print_failures()
    exit failure_count > 0
}

# ---- What was recorded

function add_value(work, peer, row, value,    key)
{
    if (!((work, row) in known)) {
        known[work, row] = 1
        rows[work, ++row_count[work]] = row
    }
    key = work SUBSEP peer SUBSEP row
    if (!(key in least) || value < least[key]) least[key] = value
    values[key, ++value_count[key]] = value
}

function add_remark(work, peer, text)
{
    if ((work, peer, text) in remarked) return
    remarked[work, peer, text] = 1
    remarks[work, ++remark_count[work]] = peer ": " text
}

function median(key,    n, i, j, value, sorted)
{
    n = value_count[key]
    for (i = 1; i <= n; i++) {
        value = values[key, i]
        for (j = i; j > 1 && sorted[j - 1] > value; j--)
            sorted[j] = sorted[j - 1]
        sorted[j] = value
    }
    return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}

# ---- Printing

function print_heading(    p)
{
    for (p = 1; p <= peer_count; p++)
        print peers[p] ": " versions[peers[p]]
    if (absences != "") print "absent: " substr(absences, 3)
}

# A column is as wide as its peer's name asks; %*s is not in every awk.
function print_cell(peer, text)
{
    printf "%" (length(peer) < 8 ? 9 : length(peer) + 1) "s", text
}

function short(value)
{
    return sprintf(value < 999.95 ? "%.1f" : "%.0f", value)
}

function value_text(work, peer, row)
{
    if ((work, peer, row) in least) return short(least[work, peer, row])
    return (work, peer) in has_failed ? "failed" : "-"
}

# "": there is nothing to compare.
function ratio(work, peer, row)
{
    if (!((work, peer, row) in least)) return ""
    if (!((work, "weft", row) in least) || least[work, "weft", row] == 0)
        return ""
    return least[work, peer, row] / least[work, "weft", row]
}

function print_row(work, row,    p, peer, text)
{
    printf "%-19s", row
    for (p = 1; p <= peer_count; p++)
        print_cell(peers[p], value_text(work, peers[p], row))
    if (peer_count > 1) printf "\n%-19s", "  to weft's"
    for (p = 1; p <= peer_count && peer_count > 1; p++) {
        peer = peers[p]
        text = ratio(work, peer, row)
        if (text != "")
            text = sprintf(text < 99.95 ? "%.1fx" : "%.0fx", text)
        print_cell(peer, peer == "weft" ? "" : text)
    }
    print ""
}

function print_work(work,    p, r, i)
{
    printf "\n%s\n%-19s", titles[work], ""
    for (p = 1; p <= peer_count; p++) print_cell(peers[p], peers[p])
    print ""
    for (r = 1; r <= row_count[work]; r++) print_row(work, rows[work, r])
    print_noise(work)
    for (i = 1; i <= remark_count[work]; i++) print "  " remarks[work, i]
}

# How far a number can be trusted: where median and least are furthest apart.
function print_noise(work,    p, r, key, noise, most, where)
{
    if (rounds < 2) return
    for (p = 1; p <= peer_count; p++)
        for (r = 1; r <= row_count[work]; r++) {
            key = work SUBSEP peers[p] SUBSEP rows[work, r]
            noise = least[key] > 0 ? median(key) / least[key] : 0
            if (noise > most) {
                most = noise
                where = peers[p] ", " rows[work, r]
            }
        }
    printf "  least of %d rounds; the median is up to %.2f times that (%s)\n", \
        rounds, most, where
}

# ---- Bars: WORK ROW weft <= VALUE, or WORK ROW PEER >= RATIO

function judge(bar,    word, value, said)
{
    split(bar, word, " ")
    if (!(word[1] in titles)) return
    if (!said_bars++) print "\nthe bars of the design"
    if (word[3] == "weft") {
        value = (word[1], "weft", word[2]) in least ? \
            least[word[1], "weft", word[2]] : ""
        said = word[1] " " word[2] " weft"
    } else {
        value = ratio(word[1], word[3], word[2])
        said = word[1] " " word[2] " " word[3] " to weft's"
    }
    printf "  %-7s %-38s %s %-5s%s\n", verdict(value, word[4], word[5]), said, \
        word[4], word[5], (value == "" ? "" : sprintf("(%.2f)", value))
}

function verdict(value, relation, limit)
{
    if (value == "") return "unknown"
    return is_met(value, relation, limit) ? "met" : "MISSED"
}

function is_met(value, relation, limit)
{
    return relation == "<=" ? value <= limit + 0 : value >= limit + 0
}

function print_bars(    b)
{
    for (b = 1; b <= bar_count; b++) judge(bars[b])
}

function print_failures(    i)
{
    if (failure_count) print "\nfailed"
    for (i = 1; i <= failure_count; i++) print "  " failures[i]
}
