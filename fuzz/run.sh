#!/bin/sh
# Each fuzz target for SECONDS, under AddressSanitizer and UndefinedBehaviorSanitizer: ./run fuzz [SECONDS]
set -eu
cd "$(dirname "$0")/.."
build=$1 seconds=$2
export RELATA_PACKS="$build/relata.packs" ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1
failed=0
for f in "$build"/fuzz/fuzz_*; do
    [ -x "$f" ] && [ -f "$f" ] || continue
    name=$(basename "$f") corpus=$(mktemp -d)
    cp examples/*.txt "$corpus" 2>/dev/null || true
    n=0
    while IFS= read -r phrase; do # sentences of very many pairs
        n=$((n + 1))
        yes "$phrase" | head -n 200 | tr -d '\n' >"$corpus/repeated-$n"
    done <bench/repeated.txt
    echo "$name, $seconds s"
    "$f" -max_total_time="$seconds" -rss_limit_mb=4096 -timeout=20 -max_len=65536 -print_final_stats=1 "$corpus" >"$build/$name.log" 2>&1 ||
        { failed=1; echo "  FAILED: $build/$name.log"; tail -n 20 "$build/$name.log"; }
    grep -E 'stat::number_of_executed_units|stat::average_exec' "$build/$name.log" | sed 's/^/  /' || true
    rm -rf "$corpus"
done
exit $failed
