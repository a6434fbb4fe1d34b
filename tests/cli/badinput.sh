#!/bin/sh
# sanitize
# Bad input: a clear message that names it, exit status 1, and the other files still done.
set -eu
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
good="$t/good.txt"
printf 'Eight police officers were killed in Almaty, the Interior Ministry said.\n' >"$good"

# bad NAME PATTERN FILE...: the message matches, the status is 1, the good file was read
bad() {
    name=$1 pattern=$2
    shift 2
    s=0
    "$RELATA" claims --format jsonl "$@" "$good" >"$t/out" 2>"$t/err" || s=$?
    [ "$s" = 1 ] || { echo "$name: status $s"; cat "$t/err"; exit 1; }
    grep -q "$pattern" "$t/err" || { echo "$name: message:"; cat "$t/err"; exit 1; }
    grep -q '"low":8' "$t/out" || { echo "$name: the good file was not read"; exit 1; }
}

: >"$t/empty.txt"
bad empty "empty.txt.*empty" "$t/empty.txt"
bad directory "is a directory" "$t"
bad vanished "cannot open" "$t/nothing.txt"
printf 'a\000b\000c\n' >"$t/nul.txt"
bad nul "NUL" "$t/nul.txt"
printf '{"id":"x"}\nnot json\n{"id":"y","text":"Two people were killed in Paris."}\n' >"$t/r.jsonl"
bad records "r.jsonl:1" "$t/r.jsonl"
bad records "r.jsonl:2" "$t/r.jsonl"
grep -q '"doc":"y"' "$t/out" || { echo "the third record was not read"; exit 1; }
head -c 210000000 /dev/zero | tr '\0' 'a' >"$t/long.txt"
bad long "limit" "$t/long.txt"
rm "$t/long.txt"
yes '12 people were killed. 5 people were killed.' | head -n 100000 >"$t/claims.txt"
[ "$("$RELATA" claims --format jsonl "$t/claims.txt" | wc -l)" = 200000 ] || { echo "claims at the limit were refused"; exit 1; }
echo '12 people were killed.' >>"$t/claims.txt"
bad claims "claims.txt.*more than 200000 claims" "$t/claims.txt"
rm "$t/claims.txt"

# other encodings are read, and named
printf '\304\341 \352\341\353\334: \364\361\345\351\362 \355\345\352\361\357\337 \363\345 \363\345\351\363\354\374 \363\364\347\355 \305\353\353\334\344\341, \341\355\341\352\357\337\355\371\363\345 \347 \341\363\364\365\355\357\354\337\341 \364\347\355 \324\345\364\334\361\364\347.\n' >"$t/greek.txt"
"$RELATA" claims --format jsonl "$t/greek.txt" >"$t/out" 2>"$t/err" || true
grep -q "greek.txt.*not UTF-8" "$t/err"
# bidi controls and broken UTF-8 inside JSON do no harm
printf 'Eight \342\200\256police\342\200\254 officers were killed.\n' >"$t/bidi.txt"
"$RELATA" claims --format jsonl "$t/bidi.txt" | grep -q '"low":8'
"$RELATA" claims "$t/bidi.txt" >"$t/out"
! grep -q "$(printf '\342\200\256')" "$t/out"
# wrong usage is 2
s=0
"$RELATA" claims --no-such-option x 2>"$t/err" || s=$?
[ "$s" = 2 ] && grep -q "no-such-option" "$t/err"
s=0
"$RELATA" nonsense 2>/dev/null || s=$?
[ "$s" = 2 ]
# a full disk is told
if [ -w /dev/full ]; then
    s=0
    "$RELATA" claims --format jsonl "$good" >/dev/full 2>"$t/err" || s=$?
    [ "$s" = 1 ] && grep -q "cannot write\|not whole" "$t/err"
fi
