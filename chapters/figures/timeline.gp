# timeline.gp - draws timeline.svg from the transcript of the demo `timeline`.
# title: Two sleeps as two calls and as two tasks
# desc: Time from left to right, 0 to 3 seconds; a dot is a step, a thick line a
# desc: sleep, a dashed one a wait for a task. Two calls: main sleeps from 0 to
# desc: 1 and from 1 to 3. Two tasks, awaited in their order: hello sleeps from
# desc: 0 to 1 and world from 0 to 2; main waits for hello from 0 to 1, then for
# desc: world from 1 to 2. Awaited in reverse: the two sleep as before; main
# desc: waits for world from 0 to 2, and then for nobody: hello has ended.
set terminal svg size 480,560 font "sans-serif,16" enhanced background "#ffffff"
set xrange [-0.6:3]
set yrange [12:-0.4]
set margins screen 0.02, screen 0.95, screen 0.07, screen 0.99
set tics nomirror out scale 0
set xtics ("0 s" 0, "1 s" 1, "2 s" 2, "3 s" 3)
unset ytics
set border 0
unset key
do for [t = 0:3] {
    set arrow from t,0.7 to t,2 nohead lc rgb "#c0c0c1" lw 1 back
    set arrow from t,3.5 to t,6.9 nohead lc rgb "#c0c0c1" lw 1 back
    set arrow from t,8.4 to t,12 nohead lc rgb "#c0c0c1" lw 1 back
}
set label "{/:Bold two calls}" at -0.6,0.1 left
set label "{/:Bold two tasks}" at -0.6,2.9 left
set label "{/:Bold two tasks, awaited in reverse}" at -0.6,7.8 left
first(form) = form eq "calls" ? 1.5 : form eq "tasks" ? 4.2 : 9.1
lane(task) = task eq "main" ? 0 : task eq "hello" ? 1.2 : 2.4
y(row) = first(strcol(1)) + lane(strcol(2))
sleeps(x) = strcol(5) eq "sleep" ? x : NaN
awaits(x) = strcol(5) eq "sleep" ? NaN : x
waits(what) = what eq "sleep" ? what : "awaits " . what
plot table skip 3 using 3:(y(0)):(sleeps($4 - $3)):(0) with vectors nohead \
         lc rgb "#c00001" lw 5 notitle, \
     "" skip 3 using 3:(y(0)):(awaits($4 - $3)):(0) with vectors nohead \
         lc rgb "#c00002" lw 2 dt (5, 3) notitle, \
     "" skip 3 using 3:(y(0)) with points lc rgb "#c00003" pt 7 ps 0.8 notitle, \
     "" skip 3 using 4:(y(0)) with points lc rgb "#c00003" pt 7 ps 0.8 notitle, \
     "" skip 3 using ($3 == 0 ? -0.6 : NaN):(y(0)):2 with labels left notitle, \
     "" skip 3 using ($3 + 0.07):(y(0) - 0.45):(waits(strcol(5))) with labels \
         left notitle
