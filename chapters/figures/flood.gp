# flood.gp - draws flood.svg from the transcript of the demo `flood`.
# title: Photos that wait, with a bound and without one
# desc: The number of photos in the queue over time, 0 to 20 seconds. Without a
# desc: bound it grows by 4 a second to 39 after 10 seconds, when the last one
# desc: was put, and falls by 4 a second to 0 after 20. With a bound of 5 it is
# desc: 5 from the first seconds to the last, and 0 after 20 seconds, too.
set terminal svg size 480,480 font "sans-serif,16" enhanced background "#ffffff"
set xrange [0:20.5]
set yrange [0:42]
set xtics ("0 s" 0, "5 s" 5, "10 s" 10, "15 s" 15, "20 s" 20)
set ytics 10
set tics nomirror out scale 0.5
set border 3
set grid ytics lt 1 lc rgb "#c0c0c1" lw 0.5
set margins screen 0.1, screen 0.96, screen 0.09, screen 0.91
set label "photos that wait" at graph 0,1.06 left
set label "no bound" at 12.6,32 left
set label "a bound of 5" at 10,7.4 center
unset key
plot table skip 3 every ::::10 using 1:3 with linespoints lc rgb "#c00002" \
         lw 2 pt 5 ps 0.6 notitle, \
     "" skip 3 every ::::10 using 1:2 with linespoints lc rgb "#c00001" \
         lw 2 pt 7 ps 0.7 notitle
