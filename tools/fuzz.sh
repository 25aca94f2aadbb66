#!/bin/sh
# Tries inputs on what reads strangers' bytes, until the time is over or one of them is a finding.
#
#   tools/fuzz.sh SECONDS [TARGET]     SECONDS for each target; without TARGET all of them, one after another
#   tools/fuzz.sh replay TARGET FILE   one input once more, as a finding says
#   tools/fuzz.sh minimise [TARGET]    takes over into Fuzz/corpus what covers more than it does now
#
# Begins with Fuzz/corpus/TARGET; what it learns goes to .build-fuzz/corpus, so the next run begins where this one ended.
# Findings are kept in .build-fuzz/findings. Exit code 1: a finding.
set -u
cd "$(dirname "$0")/.." || exit 1

build=.build-fuzz
# Else a finding hangs in Swift's own crash reporter. Nothing is said about memory that lives until the program ends.
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0:handle_abort=1

say() { printf 'fuzz: %s\n' "$*"; }
stop() {
    printf 'fuzz: %s\n' "$*" >&2
    exit 2
}

what=${1:-60}
case $what in
    replay) [ $# -eq 3 ] || stop "use: tools/fuzz.sh replay TARGET FILE" ;;
    minimise) ;;
    '' | *[!0-9]*) stop "\"$what\" is no number of seconds; use: make fuzz SECONDS=60 [TARGET=json]" ;;
esac

say "building (the first time takes some minutes)"
mkdir -p $build
if ! MOONTIDE_FUZZ=1 "${SWIFT:-swift}" build -c release --product moontide-fuzz --scratch-path $build >$build/log 2>&1; then
    grep -E 'error:' $build/log >&2 || tail -n 20 $build/log >&2
    stop "the fuzzer could not be built; the whole output is in $build/log"
fi
fuzzer=$build/release/moontide-fuzz

known=$($fuzzer 2>/dev/null | sed -n 's/^  \([a-z]*\) .*/\1/p')
[ -n "$known" ] || stop "$fuzzer does not run: $($fuzzer 2>&1 | tail -n 1)"
if [ "$what" = replay ]; then
    exec $fuzzer "$2" "$3"
fi
targets=${2:-$known}
for target in $targets; do
    echo "$known" | grep -qx "$target" || stop "there is no target \"$target\"; there are: $(echo $known)"
done

# Inputs longer than that are slow, and find nothing that shorter ones do not.
longest() {
    case $1 in
        json) echo 2048 ;;
        frames) echo 8192 ;;
        patterns) echo 44 ;;
        lua) echo 1024 ;;
        *) echo 512 ;;
    esac
}

if [ "$what" = minimise ]; then
    for target in $targets; do
        mkdir -p $build/corpus/$target
        $fuzzer $target -merge=1 -max_len=400 Fuzz/corpus/$target $build/corpus/$target >$build/log 2>&1 ||
            stop "merging failed; the output is in $build/log"
        say "$target: $(ls Fuzz/corpus/$target | wc -l) inputs in Fuzz/corpus/$target"
    done
    exit 0
fi

found=0
for target in $targets; do
    findings=$build/findings/$target
    mkdir -p $findings $build/corpus/$target Fuzz/corpus/$target
    dictionary=Fuzz/dictionaries/$target.dict
    [ -e $dictionary ] && words=-dict=$dictionary || words=
    say "$target for $what s"
    # shellcheck disable=SC2086
    $fuzzer $target -max_total_time="$what" -timeout=10 -rss_limit_mb=2048 -max_len="$(longest $target)" $words \
        -artifact_prefix=$findings/ -print_final_stats=1 $build/corpus/$target Fuzz/corpus/$target >$findings/log 2>&1
    code=$?
    tried=$(sed -n 's/^stat::number_of_executed_units: *//p' $findings/log)
    covered=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' $findings/log | tail -n 1)
    if [ $code -eq 0 ]; then
        say "$target: ${tried:-no} inputs, ${covered:-no} places reached, no finding"
        continue
    fi
    found=1
    file=$(sed -n 's/.*Test unit written to //p' $findings/log | tail -n 1)
    reason=$(grep -E 'Fatal error:|ERROR: |SUMMARY: ' $findings/log | head -n 1)
    say "$target: A FINDING after ${tried:-some} inputs: ${reason:-exit code $code, see $findings/log}"
    [ -z "$file" ] || say "$target: kept in $file; once more: tools/fuzz.sh replay $target $file"
done
[ $found -eq 0 ] || exit 1
say "nothing found"
