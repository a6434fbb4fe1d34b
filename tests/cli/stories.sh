#!/bin/sh
# sanitize
# Stories of files and of a store are the same under the same names, whatever the order; they are listed without reading
# texts, from a store that cannot be written to as well; what a reader decides holds until it is undone; a name that a story
# had keeps pointing.
set -eu
t=$(mktemp -d)
trap 'chmod -R u+w "$t"; rm -rf "$t"' EXIT
fails() { if "$@" >"$t/out" 2>"$t/err"; then echo "went well: $*" && exit 1; fi; }
cat tests/stories/quakes.jsonl tests/stories/origins.jsonl >"$t/all.jsonl"
ids() { python3 -c 'import json,sys
for l in sys.stdin:
    s = json.loads(l); print(s["story"], *sorted(r["id"] for r in s["reports"]))' | sort; }
"$RELATA" stories --format jsonl "$t/all.jsonl" | ids >"$t/files"
"$RELATA" add --store "$t/one" "$t/all.jsonl" 2>"$t/err"
"$RELATA" stories --store "$t/one" --format jsonl | ids >"$t/one.ids"
cmp "$t/files" "$t/one.ids"
n=0
while read -r line; do
    n=$(((n * 7 + 3) % 11))
    printf '%s\n' "$line" >>"$t/part$n"
done <"$t/all.jsonl"
for p in "$t"/part*; do "$RELATA" add --store "$t/parts" "$p" 2>"$t/err"; done
"$RELATA" stories --store "$t/parts" --format jsonl | ids >"$t/parts.ids"
cmp "$t/files" "$t/parts.ids"
"$RELATA" stories --store "$t/one" >"$t/table"
[ "$(wc -l <"$t/table")" = "$(wc -l <"$t/files")" ]
"$RELATA" stories --store "$t/one" --match Batumi | grep -q Batumi
[ "$("$RELATA" stories --store "$t/one" --since 2026-10-01 | wc -l)" -lt "$(wc -l <"$t/table")" ]

# the two largest
python3 - "$t/files" >"$t/two" <<'EOF'
import sys
print(*[l.split()[0] for l in sorted(open(sys.argv[1]), key=lambda l: -len(l.split()))[:2]])
EOF
read -r a b <"$t/two"
head4() { printf %.8s "$1"; }
"$RELATA" account --store "$t/one" "$(head4 "$a")" --format json >"$t/account"
"$RELATA" origins --store "$t/one" "$(head4 "$a")" | grep -q '^Reports'
python3 -c 'import json,sys; a = json.load(open(sys.argv[1])); print(len(a["reports"]))' "$t/account" >"$t/n"
[ "$(cat "$t/n")" = "$(grep "^$a" "$t/files" | wc -w | awk '{print $1 - 1}')" ]

of() { "$RELATA" stories --store "$t/one" --format jsonl | ids; }
"$RELATA" story merge --store "$t/one" --by me --why 'one happening' "$(head4 "$a")" "$b" | grep -q '^decision 1$'
[ "$(of | wc -l)" = "$(($(wc -l <"$t/files") - 1))" ]
"$RELATA" account --store "$t/one" "$a" >"$t/x" # both names still point
"$RELATA" account --store "$t/one" "$b" >"$t/y"
cmp "$t/x" "$t/y"
"$RELATA" add --store "$t/one" "$t/part3" 2>"$t/err"
[ "$(of | wc -l)" = "$(($(wc -l <"$t/files") - 1))" ]
r=$(grep "^$b" "$t/files" | awk '{print $3}')
"$RELATA" story split --store "$t/one" --by me --why 'not of it' "$b" "$r" >/dev/null
of | grep -qE "^[0-9a-f]{16} $r\$"
"$RELATA" story pin --store "$t/one" --by me --why 'of the other' "$r" "$a" >/dev/null
if of | grep -qE "^[0-9a-f]{16} $r\$"; then exit 1; fi
"$RELATA" story log --store "$t/one" | grep -q 'told'
for n in 3 2 1; do "$RELATA" story undo --store "$t/one" --by me --why 'mistaken' $n >/dev/null; done
of | cmp - "$t/files"

# what cannot be
fails "$RELATA" story merge --store "$t/one" "$a" "$b"
grep -q -- '--why' "$t/err"
fails "$RELATA" story merge --store "$t/one" --why x "$a" "$a"
grep -q 'one story already' "$t/err"
fails "$RELATA" account --store "$t/one" 00000000
grep -q "no story '00000000'" "$t/err"
fails "$RELATA" story undo --store "$t/one" --why x 99

[ "$(id -u)" = 0 ] || { chmod 400 "$t/one"; chmod 500 "$t"; "$RELATA" stories --store "$t/one" | cmp - "$t/table"; }
"$RELATA" store check "$t/one" | grep -q sound
