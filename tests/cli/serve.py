"""What tests/cli/serve.sh asks of a running server: python3 serve.py URL ERRFILE STORE RELATA"""
import http.client, json, re, socket, subprocess, sys, threading, time, urllib.parse, urllib.request, urllib.error

url, errfile, store, relata = sys.argv[1:5]
host = urllib.parse.urlsplit(url).netloc
port = int(host.split(":")[1])
names = {}


def ask(path, method="GET", body=None, headers=None, raw=False):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    h = {"Host": host}
    if body is not None:
        h.update({"X-Relata": "1", "Content-Type": "application/json"})
    h.update(headers or {})
    h = {k: v for k, v in h.items() if v is not None}
    c.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
    if data is not None and "Content-Length" not in h:
        h["Content-Length"] = str(len(data))
    for k, v in h.items():
        c.putheader(k, v)
    c.endheaders(data)
    r = c.getresponse()
    text = r.read()
    c.close()
    return r.status, dict((k.lower(), v) for k, v in r.getheaders()), text


def get(path, raw=False, **kw):
    status, headers, text = ask(path, **kw)
    assert status == 200, (path, status, text[:300])
    return text.decode() if raw else json.loads(text)


def problem(got, status, path):
    s, h, text = got
    assert s == status, (path, s, text[:300])
    assert h["content-type"] == "application/problem+json", (path, h)
    p = json.loads(text)
    assert p["status"] == status and p["title"] and p["detail"] and p["type"], (path, p)
    return p


def talk(raw):
    s = socket.create_connection(("127.0.0.1", port), timeout=40)
    out = b""
    try:
        s.sendall(raw)
        s.shutdown(socket.SHUT_WR)
        while True:
            b = s.recv(65536)
            if not b:
                break
            out += b
    except OSError:
        pass
    s.close()
    return out


def logged(what):
    for _ in range(40):
        if re.search(what, open(errfile).read()):
            return
        time.sleep(0.05)
    raise AssertionError("no line of the log says: " + what + "\n" + open(errfile).read()[-2000:])


# ---- what there is ----
root = get("/api/v1")
assert root["api"] == 1 and root["role"] == "review" and root["reports"] >= 10 and root["stories"] >= 1
assert {"tag": "he", "name": "עברית", "dir": "rtl"} in root["languages"]
first = get("/api/v1/stories")["stories"][0]
sid = first["story"]
story = get("/api/v1/stories/" + sid)
assert story["title"] == first["title"] and story["account"]["series"] and first["origins"] < first["reports"]
assert get("/api/v1/stories/%s?lang=el" % sid)["title_lang"] == "el"
origins = get("/api/v1/stories/%s/origins" % sid)
assert any(r["copy_of"] and r["link"] == "copy" and r["evidence"]["containment"] > 0.5 for r in origins["reports"])
points = {(s["id"], p["id"]) for s in story["account"]["series"] for p in s["points"]}
assert {(f["series"], f["point"]) for f in origins["figures"]} == points
claim = next(c for c in story["account"]["claims"] if c["measure"] == "killed")
rid = claim["report"]
report = get("/api/v1/reports/" + rid)
text = report["text"].encode()
mine = next(c for c in report["claims"] if c["id"] == claim["id"])
assert text[mine["start"]:mine["end"]].decode() == mine["evidence"] == claim["evidence"]
assert report["story"] == sid and report["sightings"] and report["passages"] and not report["retracted"]
why = get("/api/v1/reports/%s/explain?at=%d" % (rid, mine["start"]))["claims"]
assert any(w["claim"] == mine["id"] and w["rule"] for w in why)
words = get("/api/v1/messages/el")
assert words["messages"]["measure.killed"] and words["messages"]["measure.killed"] != "killed" and words["dir"] == "ltr"
s, h, raw = ask("/api/v1/reports/%s/raw" % rid)
assert s == 200 and "sandbox" in h["content-security-policy"] and h["x-content-type-options"] == "nosniff"
s, h, _ = ask("/api/v1")
assert "default-src 'none'" in h["content-security-policy"] and "unsafe" not in h["content-security-policy"]
spec = get("/openapi.json")
assert spec["openapi"].startswith("3.1") and len(spec["paths"]) >= 12

mine = json.loads(subprocess.run([relata, "account", "--store", store, "--format", "json", sid], check=True, stdout=subprocess.PIPE).stdout)
assert mine == get("/api/v1/stories/%s/account" % sid) == story["account"]

# ---- searching, pages of a list ----
total = root["stories"]
for q in ("q=Limassol", "q=" + urllib.parse.quote("λεμεσ*"), "place=Limassol", "place=CY", "measure=killed", "lang=el",
          "since=2026-03-12&until=2026-03-31", "q=%D7%9C%D7%99%D7%9E%D7%A1%D7%95%D7%9C&place=" + urllib.parse.quote("Лимасол")):
    assert any(x["story"] == sid for x in get("/api/v1/stories?" + q)["stories"]), q
for q in ("place=Лимасол", "place=Лимассол", "place=ليماسول", "place=Λεμεσός", "place=ΛΕΜΕΣΟΣ", "place=לימסול", "place=利马索尔", "place=リマソール", "place=لیماسول",
          "place=साइप्रस", "place=قبرص", "place=키프로스", "q=ميناء", "q=בנמל", "q=порту", "q=ΛΙΜΆΝΙ", "q=porcie"):
    got = get("/api/v1/stories?" + urllib.parse.quote(q, safe="="))["stories"]
    assert [x["story"] for x in got] == [sid], q
assert not get("/api/v1/stories?place=" + urllib.parse.quote("Λάρισα"))["stories"]
# what is read: English in the account, whose hash holds in all languages; labels and titles as asked for
assert "labels" not in first and "labels" not in report
for tag, names in {"ar": ("ليماسول", "لارنكا", "قبرص"), "el": ("Λεμεσός", "Λάρνακα", "Κύπρος"), "he": ("לימסול", "לרנקה", "קפריסין"), "en": ("Limassol", "Larnaca", "Cyprus")}.items():
    line = next(x for x in get("/api/v1/stories?in=" + tag)["stories"] if x["story"] == sid)
    here = get("/api/v1/stories/%s?lang=%s" % (sid, tag))
    one = get("/api/v1/reports/%s?lang=%s" % (rid, tag))["labels"]
    by_name = {x["name"]: x["label"] for x in here["labels"]}
    assert tuple(by_name[n] for n in ("Limassol", "Larnaca", "Cyprus")) == names, (tag, by_name)
    assert line["labels"] == here["labels"] and line["title_lang"] == here["title_lang"] == tag, line
    assert one and all(by_name[x["name"]] == x["label"] for x in one), one
    assert here["account"] == story["account"] and line["places"] == first["places"]
    account = get("/api/v1/stories/%s/account?format=text&lang=%s" % (sid, tag), raw=True)
    assert names[0] in account and get("/api/v1/messages/" + tag)["messages"]["source.Ministry of Health"] in account
    assert tag == "en" or "Cyprus Ministry of Health" not in account and get("/api/v1/messages/" + tag)["messages"]["source.police spokesperson"] in account
assert not get("/api/v1/stories?q=zzzzqqq")["stories"] and not get("/api/v1/stories?until=1999-01-01")["stories"]
seen, cursor = [], ""
while cursor is not None:
    page = get("/api/v1/stories?limit=1" + ("&cursor=" + cursor if cursor else ""))
    seen += [x["story"] for x in page["stories"]]
    cursor = page["next"]
assert seen == [x["story"] for x in get("/api/v1/stories?limit=200")["stories"]] and len(seen) == total > 1

# ---- forms, tags, compression ----
for f, start in (("json", b"{"), ("text", b""), ("md", b"#"), ("html", b"<!"), ("csv", b""), ("jsonl", b"{"), ("geojson", b"{"), ("atom", b"<?xml"), ("acled", b""), ("ucdp", b"")):
    s, h, text = ask("/api/v1/stories/%s/account?format=%s&lang=ar" % (sid, f))
    assert s == 200 and text.lstrip(b"\xef\xbb\xbf").startswith(start), (f, s, text[:100])
early = get("/api/v1/stories/%s/account?as_of=2026-03-12" % sid)
assert len(early["reports"]) < len(story["account"]["reports"])
assert get("/api/v1/stories/%s/account?rule=conservative" % sid)["rule"] == "conservative"
s, h, whole = ask("/api/v1/stories/" + sid)
assert h["cache-control"] == "no-cache"
assert ask("/api/v1/stories/" + sid, headers={"If-None-Match": h["etag"]})[0] == 304
s, hz, zipped = ask("/api/v1/stories/" + sid, headers={"Accept-Encoding": "gzip"})
import gzip
assert hz["content-encoding"] == "gzip" and gzip.decompress(zipped) == whole and hz["etag"] != h["etag"] and len(zipped) < len(whole) / 3
assert ask("/api/v1/stories/" + sid, headers={"If-None-Match": hz["etag"], "Accept-Encoding": "gzip"})[0] == 304
assert "content-encoding" not in ask("/api/v1/stories/" + sid, headers={"Accept-Encoding": "gzip;q=0"})[1]
s, _, body = ask("/api/v1/stories/" + sid, method="HEAD")
assert s == 200 and body == b""

# ---- events: a report added by another program, a decision ----
stream = socket.create_connection(("127.0.0.1", port), timeout=20)
stream.sendall(("GET /api/v1/events HTTP/1.1\r\nHost: %s\r\n\r\n" % host).encode())
got = b""
def until(what, seconds=15):
    global got
    end = time.time() + seconds
    while what not in got and time.time() < end:
        got += stream.recv(65536)
    assert what in got, (what, got[-500:])
until(b"retry: 2000")
new = store + ".new.txt"
open(new, "w").write("date 2026-03-14\nNineteen people were killed by the explosion at the port of Limassol, the fire service said on Saturday.\n")
subprocess.run([relata, "add", "--store", store, new], check=True, stderr=subprocess.DEVNULL)
until(b"event: report"), until(b"event: story")
assert get("/api/v1")["reports"] == root["reports"] + 1
target = "claim:%s:%s" % (rid, claim["id"])
before = ask("/api/v1/stories/" + sid)
s, h, text = ask("/api/v1/decisions", "POST", {"what": "reject", "target": target, "who": "Dimitra", "why": "Δύο φορές", "seen": 0})
assert s == 201, (s, text)
n = json.loads(text)["n"]
until(b"event: decision")
# what was answered is seen at once, in everything that was kept
after = get("/api/v1/stories/" + sid)
assert next(c for c in after["account"]["claims"] if c["id"] == claim["id"])["review"] ["state"] == "rejected"
assert ask("/api/v1/stories/" + sid)[1]["etag"] != before[1]["etag"]
assert next(c for c in get("/api/v1/reports/" + rid)["claims"] if c["id"] == claim["id"])["review"]["why"] == "Δύο φορές"
assert get("/api/v1/decisions?target=" + urllib.parse.quote(target))["decisions"][0]["n"] == n
ids = [int(x) for x in re.findall(rb"^id: (\d+)", got, re.M)]
assert ids == sorted(set(ids)) and len(ids) >= 3
stream.close()
# who comes back is given what came meanwhile; who was away for too long begins anew
def replay(last):
    s = socket.create_connection(("127.0.0.1", port), timeout=10)
    s.sendall(("GET /api/v1/events HTTP/1.1\r\nHost: %s\r\nLast-Event-ID: %s\r\n\r\n" % (host, last)).encode())
    out = b""
    while b"retry" not in out or out.count(b"event:") < 1:
        out += s.recv(65536)
    s.close()
    return out
assert b"event: decision" in replay(ids[-2]) and b"event: reset" in replay(1)

# ---- two reviewers ----
p = problem(ask("/api/v1/decisions", "POST", {"what": "confirm", "target": target, "who": "Omar", "why": "", "seen": 0}), 409, "second")
assert [d["n"] for d in p["decisions"]] == [n] and p["decisions"][0]["who"] == "Dimitra"
assert len(get("/api/v1/decisions?target=" + target)["decisions"]) == 1
results = []
def race(i):
    results.append(ask("/api/v1/decisions", "POST", {"what": "confirm", "target": target, "who": "R%d" % i, "why": "", "seen": n})[0])
threads = [threading.Thread(target=race, args=(i,)) for i in range(8)]
[t.start() for t in threads], [t.join() for t in threads]
assert sorted(results) == [201] + [409] * 7, results
s, _, text = ask("/api/v1/decisions", "POST", {"what": "amend", "target": target, "who": "Omar", "why": "the ministry corrected it", "seen": n + 1,
                 "data": {"value": {"low": 7, "high": 7, "qualifier": "exact"}, "place": "Λάρνακα", "source": "Ministry of Health"}})
assert s == 201, text
changed = next(c for c in get("/api/v1/stories/" + sid)["account"]["claims"] if c["id"] == claim["id"])
assert changed["value"]["low"] == 7 and changed["place"]["name"] == "Larnaca" and changed["review"]["was"]["value"] == claim["value"]
key = next(x for x in after["account"]["series"] if x["measure"] == "killed")
key = "/".join([key["measure"], key["who"], str(key["place"]["id"] or key["place"]["name"]), key["kind"]])
s, _, text = ask("/api/v1/decisions", "POST", {"what": "rule", "target": "series:%s:%s" % (sid, key), "who": "Omar", "why": "", "seen": 0, "data": {"rule": "conservative"}})
assert s == 201, text
assert any(x["rule"] == "conservative" for x in get("/api/v1/stories/" + sid)["account"]["series"])
s, _, text = ask("/api/v1/decisions", "POST", {"what": "retract", "target": "report:" + rid, "who": "Omar", "why": "taken down", "seen": 0})
assert s == 201 and get("/api/v1/reports/" + rid)["retracted"]
for d in get("/api/v1/decisions")["decisions"]:
    if d["what"] != "undo" and not d["undone_by"]:
        newest = get("/api/v1/decisions?target=" + urllib.parse.quote(d["target"]))["decisions"][0]["n"]
        s, _, text = ask("/api/v1/decisions", "POST", {"what": "undo", "who": "Omar", "why": "", "data": {"n": d["n"]}, "seen": newest})
        assert s == 201, text
assert not any("review" in c for c in get("/api/v1/stories/" + sid)["account"]["claims"])
page = get("/api/v1/decisions?limit=3")
assert len(page["decisions"]) == 3 and get("/api/v1/decisions?limit=3&cursor=" + page["next"])["decisions"][0]["n"] == page["decisions"][-1]["n"] - 1

# ---- stories split and merged: at once in every list, and a name that a story had leads on ----
def decide(**d):
    s, _, text = ask("/api/v1/decisions", "POST", {"who": "Omar", "why": "another happening", "seen": 0, **d})
    assert s == 201, text
    return json.loads(text)["n"]
last = get("/api/v1/stories/%s/origins" % sid)["reports"][-1]["report"]
count = len(get("/api/v1/stories/%s/account" % sid)["reports"])
stories = get("/api/v1")["stories"]
split = decide(what="split", target="story:" + sid, data={"reports": [last]})
own = get("/api/v1/reports/" + last)["story"]
assert own != sid and get("/api/v1")["stories"] == stories + 1
assert len(get("/api/v1/stories/%s/account" % sid)["reports"]) == count - 1 and len(get("/api/v1/stories/" + own)["account"]["reports"]) == 1
merge = decide(what="merge", target="story:" + own, data={"into": sid})
s, h, _ = ask("/api/v1/stories/%s/account?format=csv" % own)
assert s == 308 and h["location"] == "/api/v1/stories/%s/account?format=csv" % sid, (s, h)
assert get("/api/v1/reports/" + last)["story"] == sid and get("/api/v1")["stories"] == stories
for n2 in (merge, split):
    decide(what="undo", data={"n": n2}, seen=n2)
assert len(get("/api/v1/stories/%s/account" % sid)["reports"]) == count and get("/api/v1")["stories"] == stories

# ---- what is refused: a 4xx that says why, and a line in the log ----
good = {"what": "confirm", "target": target, "who": "Mallory", "why": "", "seen": 99}
cases = [
    ("/api/v1/stories/" + "0" * 16, {}, 404), ("/api/v1/reports/" + "0" * 32, {}, 404), ("/api/v1/nothing", {}, 404), ("/api/v2", {}, 404),
    ("/api/v1/stories/xyz", {}, 404), ("/api/v1/stories?limit=0", {}, 400), ("/api/v1/stories?limit=201", {}, 400), ("/api/v1/stories?since=yesterday", {}, 400),
    ("/api/v1/stories?colour=red", {}, 400), ("/api/v1/stories?cursor=x", {}, 400), ("/api/v1/stories?measure=loved", {}, 400), ("/api/v1/stories?q=%21", {}, 400),
    ("/api/v1/stories?q=%FF", {}, 400), ("/api/v1/stories?q=%0d%0aSet-Cookie:%20a=b", {}, 400), ("/api/v1/stories?q=%", {}, 400), ("/api/v1/stories?q=%0", {}, 400),
    ("/api/v1/stories/%s/account?format=exe" % sid, {}, 400), ("/api/v1/messages/tlh", {}, 404),
    ("/../../etc/passwd", {}, 400), ("/..%2f..%2fetc/passwd", {}, 400), ("/assets/%2e%2e/%2e%2e/etc/passwd", {}, 400), ("/assets/..\\..\\x", {}, 400),
    ("/%00", {}, 400), ("/etc/passwd", {}, 404), ("/assets/nothing.js", {}, 404),
    ("/api/v1/stories?q=" + "a" * 5000, {}, 414),
    ("/api/v1", {"headers": {"Host": "evil.example"}}, 421), ("/api/v1", {"headers": {"Host": "127.0.0.1.evil.example"}}, 421),
    ("/api/v1", {"method": "DELETE"}, 405), ("/api/v1/decisions", {"method": "PUT", "body": {}}, 405), ("/api/v1/stories", {"method": "POST", "body": {}}, 405),
    ("/api/v1", {"method": "OPTIONS", "headers": {"Origin": "http://evil.example"}}, 405),
    ("/api/v1/decisions", {"method": "POST", "body": good, "headers": {"Origin": "http://evil.example"}}, 403),
    ("/api/v1/decisions", {"method": "POST", "body": good, "headers": {"Origin": "null"}}, 403),
    ("/api/v1/decisions", {"method": "POST", "body": good, "headers": {"Sec-Fetch-Site": "cross-site"}}, 403),
    ("/api/v1/decisions", {"method": "POST", "body": good, "headers": {"X-Relata": None}}, 403),
    ("/api/v1/decisions", {"method": "POST", "body": good, "headers": {"Content-Type": "text/plain"}}, 415),
    ("/api/v1/decisions", {"method": "POST", "body": b"{"}, 400), ("/api/v1/decisions", {"method": "POST", "body": b"[1]"}, 400),
    ("/api/v1/decisions", {"method": "POST", "body": b"[" * 100000}, 400),
    ("/api/v1/decisions", {"method": "POST", "body": b"{" + b" " * 131072}, 413),
    ("/api/v1/decisions", {"method": "POST", "body": {**good, "colour": 1}}, 400), ("/api/v1/decisions", {"method": "POST", "body": {**good, "seen": "9"}}, 400),
    ("/api/v1/decisions", {"method": "POST", "body": {**good, "who": ""}}, 400), ("/api/v1/decisions", {"method": "POST", "body": {**good, "who": "a\nb"}}, 400),
    ("/api/v1/decisions", {"method": "POST", "body": {**good, "what": "burn"}}, 400), ("/api/v1/decisions", {"method": "POST", "body": {**good, "why": "x" * 9000}}, 413),
    ("/api/v1/decisions", {"method": "POST", "body": {**good, "target": target[:-1] + "g"}}, 400),
    ("/api/v1/decisions", {"method": "POST", "body": {**good, "target": target[:-4] + "0000"}}, 404),
    ("/api/v1/decisions", {"method": "POST", "body": {"what": "merge", "target": "story:" + sid, "data": {"into": "0" * 16}, "who": "M", "seen": 0}}, 404),
    ("/api/v1/decisions", {"method": "POST", "body": {**good, "what": "amend", "data": {"place": "Zzyzxqq"}}}, 422),
]
for path, kw, status in cases:
    size = len(open(errfile).read())
    problem(ask(path, **kw), status, (path, kw))
    for _ in range(60):
        if len(open(errfile).read()) > size:
            break
        time.sleep(0.05)
    new_lines = open(errfile).read()[size:]
    assert re.search(r"^relata serve: %d " % status, new_lines, re.M), (path, status, new_lines)
assert len(get("/api/v1/decisions?target=" + target)["decisions"]) == 6

# ---- bytes that are no request, or too many of them, or too slow ----
assert not talk(b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1" + b"\x00" * 200).startswith(b"HTTP/1.1 200")
# the answer may be lost, as the rest of the header is not read any more; the line in the log is not
assert not talk(b"GET / HTTP/1.1\r\nHost: " + host.encode() + b"\r\nX: " + b"a" * 40000 + b"\r\n\r\n").startswith(b"HTTP/1.1 2")
logged("431")
assert b" 413 " in talk(("POST /api/v1/decisions HTTP/1.1\r\nHost: %s\r\nX-Relata: 1\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n" % host).encode())[:20]
assert not re.search(rb"^Set-Cookie", talk(("GET /api/v1/stories?q=a\r\nSet-Cookie:x=y HTTP/1.1\r\nHost: %s\r\n\r\n" % host).encode()), re.M)
chunk = b"40000\r\n" + b" " * 0x40000 + b"\r\n0\r\n\r\n"
assert b" 413 " in talk(("POST /api/v1/decisions HTTP/1.1\r\nHost: %s\r\nX-Relata: 1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" % host).encode() + chunk)[:20]
# the file of a decision is not touched by any of it
assert get("/api/v1")["reports"] == root["reports"] + 1
print("well")
