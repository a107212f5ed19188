# cost.gp - draws cost.svg from the transcript of the demo `cost`.
# title: What one look at n descriptors costs
# desc: Two plots with logarithmic axes: time of a look over the number of
# desc: descriptors, for select(), poll() and epoll; above with one of them
# desc: ready, below with all of them ready.
set terminal svg size 480,640 font "sans-serif,16" enhanced background "#ffffff"
set logscale xy
set format x "%g"
set xtics (1, 4, 16, 64, 256, 1024, 4096)
set ytics ("0.1 µs" 0.1, "1 µs" 1, "10 µs" 10, "100 µs" 100, "1 ms" 1000)
set mytics 1
set tics nomirror out scale 0.5
set border 3
set grid ytics lt 1 lc rgb "#c0c0c1" lw 0.5
set xrange [1:4096]
set yrange [0.2:1500]
set key top left reverse Left samplen 2
set multiplot layout 2,1 margins 0.17,0.95,0.11,0.95 spacing 0.14
set title "one of n is ready" offset 0,-0.5
plot table skip 4 using 1:($2/1000) with linespoints lc rgb "#c00001" lw 2 pt 7 ps 0.5 title "select()", \
     "" skip 4 using 1:($3/1000) with linespoints lc rgb "#c00002" lw 2 pt 5 ps 0.5 title "poll()", \
     "" skip 4 using 1:($4/1000) with linespoints lc rgb "#c00003" lw 2 pt 9 ps 0.6 title "epoll"
set title "all n are ready"
set xlabel "n descriptors"
plot table skip 4 using 1:($5/1000) with linespoints lc rgb "#c00001" lw 2 pt 7 ps 0.5 notitle, \
     "" skip 4 using 1:($6/1000) with linespoints lc rgb "#c00002" lw 2 pt 5 ps 0.5 notitle, \
     "" skip 4 using 1:($7/1000) with linespoints lc rgb "#c00003" lw 2 pt 9 ps 0.6 notitle
