#!/bin/sh
# sanitize
# The server: the API over a store, live while another program writes, what it refuses, tokens, kills; and the examples of docs/api.md.
set -eu
t=$(mktemp -d)
pid=
stop() { [ -z "$pid" ] || { kill "$1" "$pid" 2>/dev/null && wait "$pid" || true; }; pid=; }
trap 'stop -TERM; rm -rf "$t"' EXIT
fail() { echo "$1"; tail -n 30 "$t/err" "$t/out" 2>/dev/null; exit 1; }
# start OPTION...: a server of $t/s at $url
start() {
    : >"$t/url"
    "$RELATA" serve --store "$store" --listen 127.0.0.1:0 "$@" >"$t/url" 2>"$t/err" &
    pid=$!
    i=0
    while [ ! -s "$t/url" ]; do
        i=$((i + 1))
        [ $i -lt 300 ] && kill -0 "$pid" 2>/dev/null || fail "the server does not begin"
        sleep 0.1
    done
    url=$(cat "$t/url")
}
printf 'Forty people were injured in a train crash near Lahore, Pakistan, the railway ministry said on 3 May 2021.\n' >"$t/other.txt"
"$RELATA" add --store "$t/s" examples/*.txt "$t/other.txt" 2>/dev/null
cp "$t/s" "$t/fresh"
store=$t/s

start
python3 tests/cli/serve.py "$url" "$t/err" "$t/s" "$RELATA" >"$t/out" 2>&1 || fail "the API"
stop -INT
grep -q . "$t/url" || fail "no address told"
"$RELATA" store check "$t/s" >"$t/out" 2>&1 || fail "the store is not sound"

# the examples of docs/api.md, one after the other, against a server of their own
if command -v curl >/dev/null; then
    store=$t/fresh
    start
    awk '/^```sh$/ {on=1; next} /^```$/ {on=0} on' docs/api.md >"$t/examples"
    [ "$(grep -c '^curl' "$t/examples")" -ge 8 ] || fail "docs/api.md has no examples"
    sed "s#http://127.0.0.1:8080#${url%/}#g" "$t/examples" >"$t/run"
    (cd "$t" && set -ex && . ./run) >"$t/out" 2>"$t/out2" || { tail -n 3 "$t/out2"; fail "an example of docs/api.md fails"; }
    stop -INT
    store=$t/s
else
    echo "skipped: the examples of docs/api.md (no curl)"
fi

# read-only; and nobody writes to the file
start --read-only
s=$(python3 - "$url" <<'PY'
import http.client, sys, urllib.parse
host = urllib.parse.urlsplit(sys.argv[1]).netloc
c = http.client.HTTPConnection(host)
c.request("POST", "/api/v1/decisions", b'{"what":"undo","who":"a","data":{"n":1},"seen":0}', {"X-Relata": "1", "Content-Type": "application/json"})
print(c.getresponse().status)
PY
)
[ "$s" = 403 ] || fail "read-only: $s"
stop -TERM

# tokens: none, wrong, of the right to read, of the right to review
s=0; "$RELATA" serve --store "$t/s" --listen 0.0.0.0:0 2>"$t/err" || s=$?
[ "$s" = 2 ] && grep -q "new-token" "$t/err" || fail "an open address without a token: $s"
read_token=$("$RELATA" serve --store "$t/s" --new-token read) review_token=$("$RELATA" serve --store "$t/s" --new-token review)
grep -q "$(printf %s "$read_token" | tail -c 30)" "$t/s.tokens" && fail "a token is kept as it is"
[ "$(stat -c %a "$t/s.tokens")" = 600 ] || fail "others may read the tokens"
: >"$t/url"
"$RELATA" serve --store "$t/s" --listen 0.0.0.0:0 >"$t/url" 2>"$t/err" &
pid=$!
while [ ! -s "$t/url" ]; do sleep 0.1; kill -0 $pid || fail "with tokens"; done
python3 - "$(sed 's/.*:\([0-9]*\).*/\1/' "$t/url")" "$read_token" "$review_token" "$t/err" >"$t/out" 2>&1 <<'PY' || fail "tokens"
import http.client, json, sys, time
port, read, review, err = int(sys.argv[1]), *sys.argv[2:5]
def ask(path, method="GET", body=None, **h):
    c = http.client.HTTPConnection("127.0.0.1", port)
    if body is not None:
        h = {"X-Relata": "1", "Content-Type": "application/json", **h}
    c.request(method, path, json.dumps(body) if body is not None else None, h)
    r = c.getresponse()
    return r.status, r.headers, r.read()
decide = {"what": "undo", "who": "a", "data": {"n": 1}, "seen": 0}
assert ask("/")[0] == 200 and ask("/openapi.json")[0] == 200
s, h, _ = ask("/api/v1")
assert s == 401 and h["WWW-Authenticate"].startswith("Bearer"), s
assert ask("/api/v1/events")[0] == 401 and ask("/api/v1/decisions", "POST", decide)[0] == 401
for wrong in ("x", read[:-1] + ("a" if read[-1] != "a" else "b"), "rl_" + "a" * 8 + "_" + "b" * 43, "rl__", "a" * 500):
    assert ask("/api/v1", Authorization="Bearer " + wrong)[0] == 401, wrong
assert json.loads(ask("/api/v1", Authorization="Bearer " + read)[2])["role"] == "read"
assert json.loads(ask("/api/v1", Authorization="Bearer " + review)[2])["role"] == "review"
assert ask("/api/v1/decisions", "POST", decide, Authorization="Bearer " + read)[0] == 403
assert ask("/api/v1/decisions", "POST", decide, Authorization="Bearer " + review)[0] in (400, 409)
assert ask("/api/v1/login", "POST", {"token": "x"})[0] == 401
s, h, _ = ask("/api/v1/login", "POST", {"token": review})
cookie = h["Set-Cookie"]
assert s == 200 and "HttpOnly" in cookie and "SameSite=Strict" in cookie
cookie = cookie.split(";")[0]
assert ask("/api/v1", Cookie=cookie)[0] == 200
assert ask("/api/v1/decisions", "POST", decide, Cookie=cookie, Origin="http://evil.example")[0] == 403
assert "Max-Age=0" in ask("/api/v1/logout", "POST", {}, Cookie=cookie)[1]["Set-Cookie"]
# one who guesses is told to wait, and those who have a token are not
got = [ask("/api/v1", Authorization="Bearer rl_%08d_" % i + "c" * 43)[0] for i in range(60)]
assert set(got) == {401, 429} and got[-1] == 429, got
assert ask("/api/v1", Authorization="Bearer " + review)[0] == 200
time.sleep(0.2)
assert " 401 GET /api/v1 from 127.0.0.1: a token is needed" in open(err).read()
PY
stop -INT

# killed while reviewers decide: each decision whole, and every one that was answered 201 is there
start
before=$("$RELATA" review --store "$t/s" log --format jsonl | wc -l)
python3 - "$url" "$pid" >"$t/told" <<'PY'
import http.client, json, os, signal, sys, threading, time, urllib.parse
host, pid = urllib.parse.urlsplit(sys.argv[1]).netloc, int(sys.argv[2])
def ask(c, method, path, body=None):
    c.request(method, path, body, {"X-Relata": "1", "Content-Type": "application/json"})
    r = c.getresponse()
    return r.status, json.loads(r.read())
c = http.client.HTTPConnection(host)
story = ask(c, "GET", "/api/v1/stories")[1]["stories"][0]["story"]
claims = ask(c, "GET", "/api/v1/stories/" + story)[1]["account"]["claims"]
told = []
def reviewer(k):
    c = http.client.HTTPConnection(host)
    try:
        for x in claims[k::4] * 50:
            s, d = ask(c, "POST", "/api/v1/decisions", json.dumps({"what": "reject", "target": "claim:%s:%s" % (x["report"], x["id"]), "who": "R%d" % k, "why": "", "seen": 1 << 40}))
            if s == 201:
                told.append(d["n"])
    except (OSError, http.client.HTTPException):
        pass
ts = [threading.Thread(target=reviewer, args=(k,)) for k in range(4)]
[t.start() for t in ts]
while len(told) < 12:
    time.sleep(0.01)
os.kill(pid, signal.SIGKILL)
[t.join() for t in ts]
print(*sorted(told), sep="\n")
PY
wait $pid 2>/dev/null || true
pid=
"$RELATA" review --store "$t/s" log --format jsonl >"$t/log"
python3 - "$t/told" "$t/log" <<'PY' || fail "killed: a decision that was told is not there"
import json, sys
told = [int(x) for x in open(sys.argv[1])]
kept = {json.loads(x)["n"] for x in open(sys.argv[2])}
assert len(told) >= 12 and set(told) <= kept, sorted(set(told) - kept)
PY
"$RELATA" store check "$t/s" >"$t/out" 2>&1 || fail "killed: the store is not sound"
