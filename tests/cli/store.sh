#!/bin/sh
# sanitize
# A store from end to end: adding, seeing again, selecting, redoing, merging, backing up, forgetting.
set -eu
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
fail() { echo "$1"; cat "$t/err" "$t/out" 2>/dev/null; exit 1; }
count() { "$RELATA" reports --store "$1" --format csv | tail -n +2 | wc -l; }
is() { [ "$1" = "$2" ] || fail "$3: $1, not $2"; }

# the same bytes twice are one report seen twice
mkdir "$t/in"
cp examples/*.txt "$t/in"
n=$(ls "$t/in" | wc -l)
cp "$t/in/01-en.txt" "$t/in/zz-again.txt"
"$RELATA" add --store "$t/a" "$t/in" 2>"$t/err"
is "$(count "$t/a")" "$n" "reports"
grep -q "$((n + 1)) reports: $n new .* 1 seen before" "$t/err" || fail "summary"
"$RELATA" reports --store "$t/a" --format jsonl >"$t/reports"
python3 -c 'import json,sys
r = [json.loads(l) for l in open(sys.argv[1])]
assert sorted(len(x["seen"]) for x in r)[-2:] == [1, 2], [x["seen"] for x in r]
assert [x["day"] for x in r] == sorted(x["day"] for x in r)
assert sum(x["claims"] for x in r) > 20' "$t/reports"
"$RELATA" add --store "$t/a" "$t/in" 2>"$t/err"
"$RELATA" reports --store "$t/a" --format jsonl | cmp - "$t/reports" || fail "adding again changed something"

# what add keeps is what claims prints
"$RELATA" show --store "$t/a" --format claims --since 1000-01-01 | sort >"$t/kept"
"$RELATA" claims --format jsonl "$t/in"/[0-9]*.txt | sort >"$t/printed"
cmp "$t/kept" "$t/printed" || fail "other claims than relata claims finds"
"$RELATA" show --store "$t/a" --format raw "$t/in/01-en.txt" | cmp - examples/01-en.txt || fail "other bytes than came"

# selections
only() { # NUMBER OPTION...
    want=$1
    shift
    "$RELATA" reports --store "$t/a" --format csv "$@" >"$t/out"
    is "$(tail -n +2 "$t/out" | wc -l)" "$want" "selection $*"
}
only "$(cat examples/*.txt | grep -c '^date 2026-03-12')" --until 2026-03-12
only 2 --lang el
only 2 --lang he --until 2026-12-31
only 0 --lang e
only 0 --place Atlantis
only 0 --match 'warehouse nosuchword'
only "$(grep -il warehouse examples/*.txt | wc -l)" --match 'WAREHOUSE'
only "$(grep -il warehouse examples/*.txt | wc -l)" --match 'wareh*'
only "$(grep -il 'fire service said' examples/*.txt | wc -l)" --match '"fire service said"'
only 0 --match '"service fire"'
only "$n" --place Cyprus
only "$n" --place CY
s=0
"$RELATA" reports --store "$t/a" --match '!!' >/dev/null 2>"$t/err" || s=$?
is "$s" 1 "a match without a word"
s=0
"$RELATA" reports --store "$t/a" --since yesterday 2>"$t/err" || s=$?
is "$s" 2 "a day that is none"
# folding: vowel marks, case of any script, letters of scripts without spaces, accents composed or not
printf '%s\n' '{"id":"f1","text":"\u0642\u064f\u062a\u0650\u0644\u064e \u062b\u0645\u0627\u0646\u064a\u0629"}' '{"id":"f2","text":"\u516b\u540d\u8b66\u5bdf\u6b7b\u4ea1"}' \
    '{"id":"f3","text":"\u03a3\u039a\u039f\u03a4\u03a9\u0398\u0397\u039a\u0391\u039d"}' '{"id":"f4","text":"Zabite\u0301 \u0141o\u0301d\u017a"}' >"$t/fold.jsonl"
"$RELATA" add --store "$t/f" "$t/fold.jsonl" 2>"$t/err"
found() {
    "$RELATA" reports --store "$t/f" --format csv --match "$(printf "$2")" >"$t/out"
    grep -q ",$1\|\"$1\"" "$t/out" && is "$(tail -n +2 "$t/out" | wc -l)" 1 "match $1" || fail "match $1"
}
found f1 '\331\202\330\252\331\204'
found f2 '\350\255\246\345\257\237'
found f2 '\350\255\246'
found f3 '\317\203\316\272\316\277\317\204\317\211\316\270\316\267\316\272\316\261\316\275'
found f3 '\317\203\316\272\316\277\317\204\317\216\316\270\316\267\316\272\316\261\316\275'
found f4 '\305\201\303\263d\305\272'
found f4 'zabit\303\251'

# two records with one text are two reports: they are more than their text
printf '{"id":"a","outlet":"A","text":"Two people were killed in Paris."}\n{"id":"b","outlet":"B","text":"Two people were killed in Paris."}\n' >"$t/two.jsonl"
"$RELATA" add --store "$t/g" "$t/two.jsonl" 2>"$t/err"
is "$(count "$t/g")" 2 "records of one text"

# a file that changed is a revision
printf 'Eight people were killed in Almaty, the Interior Ministry said. Five were injured there.\n' >"$t/r.txt"
"$RELATA" add --store "$t/r" "$t/r.txt" 2>"$t/err"
printf 'Eighteen people were killed in Almaty, the Interior Ministry said. Two are missing in Almaty.\n' >"$t/r.txt"
"$RELATA" add --store "$t/r" "$t/r.txt" 2>"$t/err"
grep -q "1 new (1 of them revisions)" "$t/err" || fail "revision"
"$RELATA" show --store "$t/r" --match eighteen >"$t/out"
grep -q "revision    2 of 2" "$t/out" && grep -q "1 added, 1 changed, 1 gone" "$t/out" || fail "revision's claims"

# the day that --date gives is the day that is read again
printf 'Three people were injured in Oral on Thursday, the police said.\n' >"$t/nodate.txt"
"$RELATA" add --store "$t/d" --date 2022-01-07 "$t/nodate.txt" 2>"$t/err"
is "$("$RELATA" reports --store "$t/d" --format csv --since 2022-01-07 --until 2022-01-07 | tail -n +2 | wc -l)" 1 "--date"
"$RELATA" redo --all --store "$t/d" 2>"$t/err"
is "$("$RELATA" claims --store "$t/d" --format jsonl --date 2022-01-07 | grep -c '"date":"2022-01-06"')" 1 "--date after redo"
"$RELATA" store check "$t/d" >"$t/out" 2>&1 || fail "check after --date"

# many reports that name one address: no slower for it
python3 -c 'for i in range(3000): print("{\"id\":\"%d\",\"url\":\"https://example.org/x\",\"text\":\"Number %d\"}" % (i, i))' >"$t/many.jsonl"
timeout 60 "$RELATA" add --store "$t/many" "$t/many.jsonl" 2>"$t/err" || fail "many reports of one address"
timeout 60 "$RELATA" reports --store "$t/many" --format jsonl >"$t/out" || fail "listing many reports of one address"
is "$(wc -l <"$t/out")" 3000 "many reports of one address"

# redo: nothing is old; all again is the same
"$RELATA" redo --store "$t/a" 2>"$t/err"
grep -q "read 0 reports again" "$t/err" || fail "redo of what is not old"
"$RELATA" redo --all --store "$t/a" 2>"$t/err"
"$RELATA" reports --store "$t/a" --format jsonl | cmp - "$t/reports" || fail "redo changed reports"
"$RELATA" show --store "$t/a" --format claims --since 1000-01-01 | sort | cmp - "$t/kept" || fail "redo changed claims"
python3 -c 'import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute("UPDATE extraction SET program = \"0.0.9\""); c.execute("DELETE FROM claim"); c.execute("UPDATE report SET claims = 0"); c.commit()' "$t/a"
"$RELATA" redo --store "$t/a" 2>"$t/err"
grep -q "read $n reports again" "$t/err" || fail "redo of what an older version read"
"$RELATA" show --store "$t/a" --format claims --since 1000-01-01 | sort | cmp - "$t/kept" || fail "redo did not bring the claims back"
"$RELATA" store check --sample 1000 "$t/a" >"$t/out" 2>&1 || fail "check after redo"

# merge: both ways the same reports
cp examples/01-en.txt "$t/x1.txt"
printf 'Twelve people were detained in Oral, the police said.\n' >"$t/x2.txt"
"$RELATA" add --store "$t/b" "$t/x1.txt" "$t/x2.txt" 2>"$t/err"
cp "$t/a" "$t/a2"
cp "$t/b" "$t/b2"
"$RELATA" add --store "$t/a2" "$t/b" 2>"$t/err"
grep -q "2 reports: 1 new" "$t/err" || fail "merge"
"$RELATA" add --store "$t/b2" "$t/a" 2>"$t/err"
is "$(count "$t/a2")" $((n + 1)) "merged"
"$RELATA" reports --store "$t/a2" --format jsonl | cut -c1-39 >"$t/1"
"$RELATA" reports --store "$t/b2" --format jsonl | cut -c1-39 | cmp - "$t/1" || fail "merged the other way"
"$RELATA" store check --sample 1000 "$t/a2" >"$t/out" 2>&1 || fail "check after merge"

# backup: a copy that is not written over
"$RELATA" store backup "$t/a2" "$t/copy" 2>"$t/err" || fail "backup"
"$RELATA" reports --store "$t/copy" --format jsonl >"$t/1"
"$RELATA" reports --store "$t/a2" --format jsonl | cmp - "$t/1" || fail "the copy differs"
s=0
"$RELATA" store backup "$t/a2" "$t/copy" 2>"$t/err" || s=$?
is "$s" 1 "a backup over another"

# forget: bytes, words and claims are gone from the file; a line stays; it does not come back
printf 'Thirteen people were killed in Zhanaozen, said Quxtrolamp, the spokesman of the Zzyzxministry.\n' >"$t/secret.txt"
"$RELATA" add --store "$t/a2" "$t/secret.txt" 2>"$t/err"
id=$("$RELATA" reports --store "$t/a2" --format jsonl --match quxtrolamp | cut -c8-39)
cat "$t/a2"* | grep -qai quxtrolamp || fail "the test's own word is not there"
"$RELATA" store forget --why "asked for" "$t/a2" "$id" >"$t/out" 2>"$t/err" || fail "forget"
grep -q "taken out: $id" "$t/out" || fail "forget says nothing"
if cat "$t/a2"* | grep -qai 'quxtrolamp\|zzyzxministry\|zhanaozen'; then fail "its words are still in the file"; fi
is "$("$RELATA" reports --store "$t/a2" --format csv --match thirteen | tail -n +2 | wc -l)" 0 "after forget"
touch "$t/secret.txt"
"$RELATA" add --store "$t/a2" "$t/secret.txt" 2>"$t/err"
grep -q "1 taken out earlier" "$t/err" || fail "what was taken out came back"
"$RELATA" add --store "$t/b" "$t/secret.txt" 2>"$t/err"
"$RELATA" add --store "$t/a2" "$t/b" 2>"$t/err"
is "$(count "$t/a2")" $((n + 1)) "what was taken out came back with a merge"
"$RELATA" store check --sample 1000 "$t/a2" >"$t/out" 2>&1 || fail "check after forget"
grep -q "1 taken out" "$t/out" || fail "no line that one was taken out"
"$RELATA" store vacuum "$t/a2" || fail "vacuum"

# standard input, and no store to be left with a log beside it
"$RELATA" add --store "$t/in1" - <examples/01-en.txt 2>"$t/err" || fail "standard input"
is "$(count "$t/in1")" 1 "standard input"
[ ! -e "$t/in1-wal" ] && [ ! -e "$t/in1-shm" ] || fail "files are left beside the store"

# an archive is gone on with where the last run left it, without reading what is before: here the last run is made up
python3 - "$t" <<'PY'
import gzip, sys
def record(i):
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n%d people were killed in Almaty, the ministry said.\n" % (i + 2)
    return b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.com/%d\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (i, len(http), http)
open(sys.argv[1] + "/long.warc.gz", "wb").write(b"".join(gzip.compress(record(i)) for i in range(40)))
PY
"$RELATA" add --store "$t/r1" "$t/long.warc.gz" 2>"$t/err" || fail "an archive"
is "$(count "$t/r1")" 40 "an archive"
"$RELATA" add --store "$t/r2" "$t/in/01-en.txt" 2>"$t/err" || fail "a store to go on with"
python3 - "$t/r1" "$t/r2" <<'PY'
import sqlite3, sys
a, b = (sqlite3.connect(p) for p in sys.argv[1:])
size, m, c, docs, at, plain, before, path = a.execute("SELECT size, mtime, ctime, docs, at, plain, at_docs, path FROM input").fetchone()
assert docs == 40 and before == 39 and at > size * 0.9 and plain > at, (docs, at, plain, before)
b.execute("INSERT INTO input(path, size, mtime, ctime, docs, done, at, plain, at_docs) VALUES(?, ?, ?, ?, 39, 0, ?, ?, 39)", (path, size, m, c, at, plain))
b.commit()
PY
"$RELATA" add --progress --store "$t/r2" "$t/long.warc.gz" 2>"$t/err" || fail "going on"
is "$(count "$t/r2")" 2 "only the rest is read"
"$RELATA" reports --store "$t/r2" --format jsonl | grep -q 'https://example.com/39' || fail "not the rest was read"
