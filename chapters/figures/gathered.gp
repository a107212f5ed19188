# gathered.gp - draws gathered.svg from the transcript of the demo `gathered`.
# title: Three pieces of work: in a row, gathered, in a group, within a limit
# desc: Time from left to right, 0 to 6 seconds; a thick line is a piece of
# desc: work, a dashed one main, which waits for them; at its end a dot is
# desc: done, a square failed, a cross cancelled. One after the other: one
# desc: runs from 0 to 1, two from 1 to 3, three from 3 to 6, all done; main
# desc: is done at 6. Gathered: all three begin at 0 and are done at 1, 2 and
# desc: 3; main is done at 3. In a group: one is done at 1; two fails at 1.5,
# desc: and then three is cancelled and main fails, too. Within a limit of 2.5
# desc: seconds: one is done at 1 and two at 2; at 2.5 three is cancelled and
# desc: main fails.
set terminal svg size 480,740 font "sans-serif,16" enhanced background "#ffffff"
set xrange [-1.25:7.25]
set yrange [21.9:-0.6]
set margins screen 0.02, screen 0.98, screen 0.055, screen 0.99
set tics nomirror out scale 0
set xtics ("0 s" 0, "1 s" 1, "2 s" 2, "3 s" 3, "4 s" 4, "5 s" 5, "6 s" 6)
unset ytics
set border 0
unset key
height = 5.7    # of a form
do for [form = 0:3] {
    do for [t = 0:6] {
        set arrow from t,(form * height + 0.6) to t,(form * height + 4.5) \
            nohead lc rgb "#c0c0c1" lw 1 back
    }
}
array titles[4] = ["one after the other", "gathered", \
                   "in a group: two fails at 1.5 s", "within 2.5 s"]
do for [form = 0:3] {
    set label "{/:Bold " . titles[form + 1] . "}" at -1.25,(form * height) left
}
number(form) = form eq "row" ? 0 : form eq "gather" ? 1 \
             : form eq "group" ? 2 : 3
lane(task) = task eq "main" ? 1 : task eq "one" ? 2 : task eq "two" ? 3 : 4
y(row) = number(strcol(1)) * height + lane(strcol(2))
works(x) = strcol(2) eq "main" ? NaN : x
awaits(x) = strcol(2) eq "main" ? x : NaN
ends(x, how) = strcol(5) eq how ? x : NaN
plot table skip 3 using 3:(y(0)):(works($4 - $3)):(0) with vectors nohead \
         lc rgb "#c00001" lw 5 notitle, \
     "" skip 3 using 3:(y(0)):(awaits($4 - $3)):(0) with vectors nohead \
         lc rgb "#c00002" lw 2 dt (5, 3) notitle, \
     "" skip 3 using (ends($4, "done")):(y(0)) with points \
         lc rgb "#c00003" pt 7 ps 0.9 notitle, \
     "" skip 3 using (ends($4, "failed")):(y(0)) with points \
         lc rgb "#c00002" pt 5 ps 0.9 notitle, \
     "" skip 3 using (ends($4, "cancelled") - 0.1):(y(0) - 0.2):(0.2):(0.4) \
         with vectors nohead lc rgb "#c00002" lw 2.5 notitle, \
     "" skip 3 using (ends($4, "cancelled") - 0.1):(y(0) + 0.2):(0.2):(-0.4) \
         with vectors nohead lc rgb "#c00002" lw 2.5 notitle, \
     "" skip 3 using (-1.25):(y(0)):2 with labels left notitle, \
     "" skip 3 using ($4 + 0.22):(y(0)):5 with labels left notitle
