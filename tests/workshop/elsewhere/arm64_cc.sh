#!/bin/sh
# arm64_cc.sh ARGUMENT... - a compiler for ARM whose programs run here.
# What it links is a script that starts the program, which lies beside it, in an
# emulator: so it can be started by its name, as any other, by tests and shells,
# and by itself.
machine=aarch64
compiler=$machine-linux-gnu-gcc

output=a.out is_linked=yes previous=
for argument do
    case $argument in
    -c | -E | -S) is_linked= ;;
    esac
    [ "$previous" != -o ] || output=$argument
    previous=$argument
done
[ -n "$is_linked" ] || exec $compiler "$@"

case $output in
/*) program=$output.$machine ;;
*) program=$(pwd)/$output.$machine ;;
esac
$compiler "$@" -static && mv "$output" "$program" || exit
{
    echo '#!/bin/sh'
    echo "exec qemu-$machine -0 \"\$0\" '$program' \"\$@\""
} > "$output" && chmod +x "$output"
