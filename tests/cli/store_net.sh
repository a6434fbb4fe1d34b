#!/bin/sh
# Feeds and pages of a local server that misbehaves: what can be had is had, what cannot is told, nothing stops the rest.
set -eu
t=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$t"' EXIT
fail() { echo "$1"; cat "$t/err" "$t/out" 2>/dev/null; exit 1; }

python3 tests/net/server.py "$t/log" >"$t/ports" &
server=$!
for i in 1 2 3 4 5 6 7 8 9 10; do [ -s "$t/ports" ] && break; sleep 0.3; done
read -r p p2 p3 <"$t/ports" || { echo "no local server can be started"; exit 77; }
h=http://127.0.0.1:$p

# this machine is not asked unless that is allowed
s=0
"$RELATA" add --store "$t/s" "$h/ok" 2>"$t/err" || s=$?
[ "$s" = 1 ] && grep -q -- --allow-private "$t/err" || fail "a private address was asked"
! grep -q "/ok" "$t/log" || fail "a private address was asked"

# a feed, once: its pages; what robots.txt forbids and what is gone is kept as what the feed says of it
s=0
"$RELATA" add --store "$t/s" --allow-private --delay 0 "$h/broken-feed" "$h/feed" "http://127.0.0.1:$p3/ok" 2>"$t/err" || s=$?
[ "$s" = 1 ] || fail "add of a feed: status $s"
grep -q "private/x: robots.txt forbids" "$t/err" || fail "robots.txt is not told"
grep -q "gone: the server says 404" "$t/err" || fail "404 is not told"
grep -q "$p3/ok: its robots.txt cannot be had" "$t/err" || fail "a server without robots.txt was asked"
"$RELATA" reports --store "$t/s" --format jsonl >"$t/out"
[ "$(grep -c '"doc":"http://127.0.0.1:[0-9]*/page/' "$t/out")" = 5 ] || fail "not all pages were had"
grep -q '"/private/x"\|/private/x' "$t/out" && grep -q '/gone' "$t/out" && grep -q '/late' "$t/out" || fail "items without a page are lost"
! grep -q "GET /private/x" "$t/log" || fail "robots.txt was not obeyed"
"$RELATA" show --store "$t/s" --format claims "$h/page/3" | grep -q '"low":8' || fail "a page without its claim"

# who asks
grep -q "relata/[0-9.]* (a reader of public" "$t/log" || fail "the User-Agent without a contact"
RELATA_CONTACT=desk@example.org "$RELATA" add --store "$t/c" --allow-private --delay 0 "$h/page/1" 2>"$t/err" || fail "a contact of the environment"
grep -q "relata/[0-9.]* (+desk@example.org)" "$t/log" || fail "a contact of the environment is not told"
RELATA_CONTACT=desk@example.org "$RELATA" add --store "$t/c" --allow-private --delay 0 --contact https://example.org/us "$h/page/2" 2>"$t/err" || fail "a contact"
grep -q "page/2 .*relata/[0-9.]* (+https://example.org/us)" "$t/log" || fail "a contact is not told"
for c in "" me "me@example.org (me)" "$(printf 'me@example.org\r\nX: y')" "$(printf 'a%.0s' $(seq 190))@example.org"; do
    s=0
    "$RELATA" add --store "$t/c" --allow-private --contact "$c" "$h/page/1" 2>"$t/err" || s=$?
    [ "$s" = 2 ] && grep -q -- "--contact is a mail address" "$t/err" || fail "a contact that is none: $c"
done

# again: nothing is sent twice, nothing is new
n=$(grep -c " /page/" "$t/log")
"$RELATA" add --store "$t/s" --allow-private --delay 0 "$h/feed" 2>"$t/err" || true
[ "$(grep -c " /page/" "$t/log")" = "$n" ] || fail "pages were asked again at once"
grep -q '/feed | .* | "v1"\|/feed .*| "v1" |' "$t/log" || fail "the feed was not asked conditionally"

# a page that changed is a new revision, and what changed is told
"$RELATA" add --store "$t/s" --allow-private --delay 0 "$h/changing" 2>"$t/err" || fail "changing"
"$RELATA" add --store "$t/s" --allow-private --delay 0 "$h/changing" 2>"$t/err" || fail "changing again"
grep -q "1 of them revisions" "$t/err" || fail "no revision"
"$RELATA" show --store "$t/s" "$h/changing" >"$t/out"
grep -q "revision    2 of 2" "$t/out" && grep -q '0 added, 1 changed, 0 gone' "$t/out" || fail "the revision's claims"

# a declared type and encoding that lie
"$RELATA" add --store "$t/s" --allow-private --delay 0 "$h/lies" 2>"$t/err" || fail "lies"
"$RELATA" show --store "$t/s" "$h/lies" | grep -q "$(printf '\316\221\316\273\316\274\316\254\317\204\316\271')" || fail "the encoding was not mended"

# watch: a broken feed stops no other; Ctrl-C ends it well
cat >"$t/feeds.opml" <<EOF
<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml version="2.0"><head/><body><outline text="g">
<outline text="a" xmlUrl="$h/broken-feed"/><outline text="b" type="rss" xmlUrl="$h/feed"/><outline text="c" xmlUrl="$h/down"/></outline></body></opml>
EOF
"$RELATA" watch --store "$t/w" --allow-private --delay 0 --every 1s "$t/feeds.opml" 2>"$t/err" &
w=$!
for i in $(seq 60); do
    sleep 0.5
    [ -f "$t/w" ] && "$RELATA" reports --store "$t/w" --format jsonl >"$t/out" 2>/dev/null && [ "$(grep -c /page/ "$t/out")" = 5 ] && break
done
sleep 1.5
kill -INT "$w"
s=0
wait "$w" || s=$?
[ "$s" = 0 ] || fail "watch ended with $s"
[ "$(grep -c /page/ "$t/out")" = 5 ] || fail "watch lost pages"
"$RELATA" store check "$t/w" >"$t/out" 2>&1 || fail "check after watch"
"$RELATA" store check "$t/s" >"$t/out" 2>&1 || fail "check"
