# countdown.gp - draws countdown.svg from the transcript of the demo `countdown`.
# title: A countdown and a ticker in one thread
# desc: Two lanes, time downwards from 0 to 3 seconds. In the left lane the
# desc: countdown says 3, 2, 1 and go, a second apart. In the right lane the
# desc: ticker ticks every 0.4 seconds, from 0.0 to 2.8. At 0 and at 2 seconds
# desc: both have something to do.
set terminal svg size 480,540 font "sans-serif,16" enhanced background "#ffffff"
set xrange [0.4:3]
set yrange [3.15:-0.15]
set ytics ("0 s" 0, "1 s" 1, "2 s" 2, "3 s" 3)
set x2tics ("{/:Bold countdown}" 1.2, "{/:Bold ticker}" 2.2)
unset xtics
set x2range [0.4:3]
set tics nomirror out scale 0
set border 0
set margins screen 0.12, screen 0.96, screen 0.01, screen 0.9
unset key
do for [t = 0:3] {
    set arrow from 0.42,t to 1.12,t nohead lc rgb "#c0c0c1" lw 1
    set arrow from 1.48,t to 2.12,t nohead lc rgb "#c0c0c1" lw 1
}
set arrow from 1.2,0 to 1.2,3 nohead lc rgb "#c00001" lw 1
set arrow from 2.2,0 to 2.2,2.8 nohead lc rgb "#c00002" lw 1
lane(who, x) = strcol(2) eq who ? x : NaN
plot table skip 2 using (lane("countdown", 1.2)):1 with points \
         lc rgb "#c00001" pt 7 ps 0.9 notitle, \
     "" skip 2 using (lane("ticker", 2.2)):1 with points \
         lc rgb "#c00002" pt 5 ps 0.8 notitle, \
     "" skip 2 using (lane("countdown", 1.2)):1:3 with labels \
         left offset 1.2,0 notitle, \
     "" skip 2 using (lane("ticker", 2.2)):1:1 with labels \
         left offset 1.2,0 notitle
