#!/bin/sh
# plot.sh TABLE FIGURE.gp - draws a figure with gnuplot from the table of a
# transcript, and prints it as an SVG that takes its colours from the page.
# The figure names the checksum of its table: the tests hold one against the
# other, so that no figure shows what no program printed.
set -eu
table=$1 script=$2
title=$(sed -n 's/^# title: //p' "$script")
desc=$(sed -n 's/^# desc: //p' "$script" | tr '\n' ' ')
sum=$(cksum < "$table" | cut -d' ' -f1)
gnuplot -e "table = '$table'" "$script" | tr "'" '"' | sed \
    -e '/^<?xml/d' -e '/gnuplot_canvas/,/^<rect/{/^<rect/d;}' \
    -e 's/^ width="[0-9]*" height="[0-9]*"$//' \
    -e '/<filter/,/<\/filter>/d' \
    -e 's/ color="black"//g' -e 's/ color="#FFFFFF"//g' \
    -e 's/font-family="[^"]*"/font-family="inherit"/g' \
    -e 's/\(stroke\|fill\)="black"/\1="currentColor"/g' \
    -e 's/"rgb(192, *0, *1)"/"var(--plot-1, #0b62b0)"/g' \
    -e 's/"rgb(192, *0, *2)"/"var(--plot-2, #b04a00)"/g' \
    -e 's/"rgb(192, *0, *3)"/"var(--plot-3, #2a7a35)"/g' \
    -e 's/"rgb(192, *192, *193)"/"currentColor" opacity="0.25"/g' \
    -e "s|<title>Gnuplot</title>|<title>$title</title>|" \
    -e "s|<desc>Produced by.*</desc>|<desc>$desc(table $sum)</desc>|" \
    -e 's:<title>gnuplot_plot[^<]*</title>::' -e '/^ *$/d' -e 's/[ \t]*$//'
