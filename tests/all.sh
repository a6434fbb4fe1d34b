#!/bin/sh
# The whole suite. Each step passes, fails, or (exit status 77) is skipped, by name. The last line counts them.
set -u
cd "$(dirname "$0")/.."
passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

step() {
    name=$1
    shift
    if "$@" >"$log" 2>&1; then s=0; else s=$?; fi
    case $s in
    0) passed=$((passed + 1)); echo "ok    $name" ;;
    77) skipped=$((skipped + 1)); echo "skip  $name: $(tail -n 1 "$log")" ;;
    *) failed=$((failed + 1)); echo "FAIL  $name (exit $s)"; tail -n 60 "$log" ;;
    esac
}

builds() {
    [ -f "$1/build.ninja" ] || env CC="$2" CXX="$3" meson setup "$1" --werror $4 || return 1
    ninja -C "$1" || return 1
}

step "format" sh -c 'find src include tools tests fuzz bench -name "*.[ch]" -print0 | xargs -0 clang-format --dry-run --Werror'
step "src names no language and holds ASCII alone" sh -c '! LC_ALL=C grep -rnP "[^\x00-\x7F]" src include --include="*.c" --include="*.h" --include="*.cc" | grep -vE "^[^:]*:[0-9]+:\s*(/?\*|//)|/\*.*\*/|//|\*"'
step "build with gcc, warnings as errors" builds build gcc g++ ""
step "build with clang and sanitizers, warnings as errors" builds build-asan clang clang++ "-Db_sanitize=address,undefined -Db_lundef=false -Doptimization=1"
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
for dir in build build-asan; do
    for t in "$dir"/tests/test_*; do
        [ -x "$t" ] && [ -f "$t" ] || continue
        step "$(basename "$t") ($dir)" env RELATA_BUILD="$dir" RELATA_SOURCE=. "$t"
    done
done
for t in tests/cli/*.sh; do
    step "$(basename "$t" .sh)" env RELATA=build/relata sh "$t"
done
for t in $(grep -l '^# sanitize' tests/cli/*.sh); do
    step "$(basename "$t" .sh) (sanitizers)" env RELATA=build-asan/relata sh "$t"
done
step "page" env RELATA=build/relata sh tests/page/run.sh
echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
