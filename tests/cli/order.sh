#!/bin/sh
# sanitize
# The order of the files changes nothing, byte for byte; reading twice gives the same bytes.
set -eu
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
for format in text md html json; do
    "$RELATA" account --format $format examples/*.txt >"$t/a"
    "$RELATA" account --format $format $(ls examples/*.txt | sort -r) >"$t/b"
    cmp "$t/a" "$t/b"
done
if [ -d ../shared/seeds ]; then
    "$RELATA" account --format json ../shared/seeds/*.txt >"$t/a"
    "$RELATA" account --format json $(ls ../shared/seeds/*.txt | sort -r) >"$t/b"
    cmp "$t/a" "$t/b"
fi
for f in examples/*.txt; do "$RELATA" claims --format jsonl "$f"; done >"$t/a"
"$RELATA" claims --format jsonl examples/*.txt >"$t/b"
cmp "$t/a" "$t/b"
