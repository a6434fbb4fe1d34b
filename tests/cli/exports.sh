#!/bin/sh
# sanitize
# Every form of an account is what it says it is, and says the same figures; an account can be cited and checked.
set -eu
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
account() { "$RELATA" account "$@"; }

# a report whose every field tries to be something else
cat >"$t/hostile.jsonl" <<'JSON'
{"id":"=cmd|' /C calc'!A0","title":"<script>alert(1)</script>","outlet":"@outlet, \"quoted\"","url":"javascript:alert(1)","published":"2026-03-14T10:30:00+02:00","text":"-2+3 were =1+1.\n\nLIMASSOL - Police said at least 21 people were killed in Limassol. <b>&amp;]]></b>\u202e\u0007"}
{"id":"plain","outlet":"Harbour Post","url":"https://post.example/a?b=1&c=2","published":"2026-03-14T23:59:00Z","text":"Limassol. The Ministry of Health said 23 people were killed in Limassol on Saturday."}
JSON
for f in text md html json csv jsonl geojson atom acled ucdp; do
    account --format $f "$t/hostile.jsonl" $(ls examples/*.txt | sort -r) >"$t/a.$f"
    account --format $f examples/*.txt "$t/hostile.jsonl" >"$t/b.$f"
    cmp "$t/a.$f" "$t/b.$f"
done

python3 - "$t" <<'PY'
import csv, ctypes, json, re, sys
import xml.etree.ElementTree as ET
t = sys.argv[1]
raw = open(t + "/a.json", "rb").read()
account = json.loads(raw)
points = {p["id"]: (s, p) for s in account["series"] for p in s["points"]}

# the hash is of the bytes without it
class H(ctypes.Structure):
    _fields_ = [("low", ctypes.c_uint64), ("high", ctypes.c_uint64)]
xxh = ctypes.CDLL("libxxhash.so.0").XXH3_128bits
xxh.restype, xxh.argtypes = H, [ctypes.c_char_p, ctypes.c_size_t]
bare = re.sub(rb'"xxh3_128":"[0-9a-f]*"', b'"xxh3_128":""', raw, count=1)
h = xxh(bare, len(bare))
hash = "%016x%016x" % (h.high, h.low)
assert account["cite"]["xxh3_128"] == hash, (account["cite"], hash)
for f in ("text", "md", "html", "csv", "jsonl", "geojson", "atom"):
    assert hash in re.sub(r"\s|\\", "", open(f"{t}/a.{f}", encoding="utf-8").read()), f
open(t + "/hash", "w").write(hash)

def table(name):
    b = open(f"{t}/a.{name}", "rb").read()
    assert b.startswith(b"\xef\xbb\xbf") and b.endswith(b"\r\n"), name
    rows = list(csv.reader(b.decode("utf-8-sig").splitlines(keepends=True), strict=True))
    assert len({len(r) for r in rows}) == 1 and len(set(rows[0])) == len(rows[0]), name
    for r in rows:
        for head, c in zip(rows[0], r):
            number = re.fullmatch(r"-?\d+(\.\d+)?", c)
            assert number or not c or c[0] not in "=+-@\t\r\n", (name, head, c)
    return rows

# figures: HXL tags in the second row, all points, the same values
rows = table("csv")
head, tags = rows[0], rows[1]
assert all(re.fullmatch(r"#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*", x) for x in tags), tags
for name, tag in dict(date="#date", killed="#affected+killed", lat="#geo+lat", lon="#geo+lon", sources="#meta+source").items():
    assert tags[head.index(name)] == tag, name
seen = set()
for r in rows[2:]:
    r = dict(zip(head, r))
    s, p = points[r["point"]]
    seen.add(r["point"])
    assert r["series"] == s["id"] and r["standing"] == p["standing"] and r["low"] == str(p["value"].get("low", "") if p["value"].get("low") is not None else "")
    assert (r["best"] == "yes") == (s["best_point"] == p["id"])
    tagged = [m for m in ("killed", "injured", "missing") if r[m]]
    assert tagged == ([s["measure"]] if r["best"] == "yes" and s["best"] is not None and not s["past"] and s["measure"] in ("killed", "injured", "missing") else [])
    assert r["sources"] and r["claims"] and int(r["end"]) > int(r["start"]) and r["words"]
assert seen == set(points)

# lines: a point each, with its claims
lines = [json.loads(l) for l in open(t + "/a.jsonl", encoding="utf-8")]
assert {l["point"]["id"] for l in lines} == set(points) and len(lines) == len(points)
for l in lines:
    assert [c["id"] for c in l["claims"]] == l["point"]["claims"] and l["point"] == points[l["point"]["id"]][1]
    assert l["cite"] == account["cite"]

# GeoJSON, RFC 7946
g = json.load(open(t + "/a.geojson", encoding="utf-8"))
assert g["type"] == "FeatureCollection" and g["features"]
n = 0
for f in g["features"]:
    assert set(f) <= {"type", "id", "geometry", "properties"} and f["type"] == "Feature"
    assert f["geometry"] is None or (f["geometry"]["type"] == "Point" and -180 <= f["geometry"]["coordinates"][0] <= 180 and -90 <= f["geometry"]["coordinates"][1] <= 90)
    if f["properties"]["place"]:
        assert f["geometry"] is None or f["geometry"]["coordinates"] == [f["properties"]["place"]["lon"], f["properties"]["place"]["lat"]]
    n += len(f["properties"]["series"])
assert n == len(account["series"])

# Atom, RFC 4287: what section 4.1 asks for
A = "{http://www.w3.org/2005/Atom}"
time = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
feed = ET.parse(t + "/a.atom").getroot()
def check(e, needed):
    for name in needed:
        assert len(e.findall(A + name)) == 1, name
    assert e.find(A + "id").text.startswith("urn:uuid:") and time.fullmatch(e.find(A + "updated").text)
assert feed.tag == A + "feed"
check(feed, ["id", "title", "updated"])
assert feed.find(A + "author").find(A + "name").text
ids, last = set(), "9"
for e in feed.findall(A + "entry"):
    check(e, ["id", "title", "updated", "content", "published"])
    assert e.find(A + "title").text.strip() and e.find(A + "updated").text <= last and e.find(A + "published").text <= e.find(A + "updated").text
    last = e.find(A + "updated").text
    ids.add(e.find(A + "id").text)
    assert all(l.get("href").startswith("http") for l in e.findall(A + "link"))
assert len(ids) == len(feed.findall(A + "entry")) == len(points) + len(account["happenings"])
assert feed.find(A + "updated").text == feed.find(A + "entry").find(A + "updated").text == "2026-03-14T23:59:00Z"
assert any(l.get("href") == "https://post.example/a?b=1&c=2" for l in feed.iter(A + "link"))

# event tables
acled, ucdp = table("acled"), table("ucdp")
assert acled[0][:9] == "event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 assoc_actor_1".split()
deaths = [r for r in map(lambda r: dict(zip(acled[0], r)), acled[1:]) if r["fatalities"]]
assert [(r["location"], r["country"], r["iso"], r["event_date"], r["fatalities"]) for r in deaths] == [("Limassol", "Cyprus", "196", "2026-03-12", "23")], deaths
assert deaths[0]["actor1"] == "" and "Ministry of Health" in deaths[0]["relata_figures"] and "plain:" in deaths[0]["relata_figures"]
g = [dict(zip(ucdp[0], r)) for r in ucdp[1:]]
assert len(g) == 1 and g[0]["where_prec"] == "1" and g[0]["priogrid_gid"] == "179707" and g[0]["country"] == "Cyprus"
assert int(g[0]["low"]) <= int(g[0]["best"]) and g[0]["deaths_unknown"] == g[0]["best"] and g[0]["date_prec"] == "2"
PY
command -v xmllint >/dev/null && xmllint --noout "$t/a.atom"

# cited, checked; another time, rule or report is another account
hash=$(cat "$t/hash")
account --verify "$hash" "$t/hostile.jsonl" examples/*.txt >"$t/out"
[ ! -s "$t/out" ]
for wrong in "--as-of 2026-03-13" "--rule conservative"; do
    if account --verify "$hash" $wrong "$t/hostile.jsonl" examples/*.txt 2>"$t/err"; then exit 1; fi
    grep -q "is another" "$t/err"
done
if account --verify "$hash" examples/*.txt 2>"$t/err"; then exit 1; fi

# as of a time: 10:30+02:00 is 08:30 in UTC; what tells only its day counts from the day after
known() { account --format json --as-of "$1" "$t/hostile.jsonl" examples/*.txt | python3 -c 'import json,sys; a=json.load(sys.stdin); print(a["cite"]["as_of"], len(a["reports"]))'; }
[ "$(known 2026-03-14)" = "2026-03-14 12" ]
[ "$(known 2026-03-14T08:30Z)" = "2026-03-14T08:30:00Z 8" ]
[ "$(known 2026-03-14T08:29Z)" = "2026-03-14T08:29:00Z 7" ]
[ "$(known 2026-03-15T00:30+02:00)" = "2026-03-14T22:30:00Z 8" ]
[ "$(known 2026-03-14T23:59)" = "2026-03-14T23:59:00Z 9" ]
for wrong in 2026-3-1 2026-03-14T25:00 2026-03-14Tnoon yesterday 2026-02-30; do
    if account --as-of "$wrong" examples/*.txt >"$t/out" 2>"$t/err"; then exit 1; fi
    grep -q -- "--as-of" "$t/err"
    [ ! -s "$t/out" ]
done
if account --format pdf examples/*.txt 2>"$t/err"; then exit 1; fi
grep -q "acled or ucdp" "$t/err"

# redacted: no name of a person without an office in any form, no handle; offices, bodies, figures, ids and ranges stay
cat >"$t/people.jsonl" <<'JSON'
{"id":"one","title":"Petros Zenios: I counted them","outlet":"Example Post","url":"https://social.example/zenios_p/1","published":"2026-03-14T10:30:00+02:00","text":"LIMASSOL - Fisherman Petros Zenios said that 21 people were killed in Limassol. Nine were injured, ZENIOS added.\n\nThe health minister, Maria Kallis, said 14 people were killed in Limassol. Governor Nikos Savva said 12 people were missing.\n\n40 people killed in Limassol, and nobody tells us. \u2014 Quay Voices (@quay_voices) March 14, 2026"}
{"id":"two","published":"2026-03-14","text":"Limassol. Anna Pavlou said 33 people were injured in Limassol. Petros Zenios said 22 people had died in Limassol."}
JSON
for f in text md html json csv jsonl geojson atom acled ucdp; do
    account --format $f --redact "$t/people.jsonl" >"$t/r.$f"
    if grep -iE 'zenios|petros|kallis|savva|pavlou|quay|voices' "$t/r.$f"; then echo "$f tells a name"; exit 1; fi
done
account --format json "$t/people.jsonl" >"$t/whole"
python3 - "$t" <<'PY'
import json, sys
t = sys.argv[1]
r, w = json.load(open(t + "/r.json")), json.load(open(t + "/whole"))
assert r["cite"]["redacted"] and not w["cite"]["redacted"]
assert [c["id"] for c in r["claims"]] == [c["id"] for c in w["claims"]]
for a, b in zip(r["claims"], w["claims"]):
    assert (a["start"], a["end"], a["value"], a["place"]) == (b["start"], b["end"], b["value"], b["place"])
    assert len(a["evidence"].encode()) == len(b["evidence"].encode())
said = {s["name"] for c in r["claims"] for s in c["source"]}
assert said == {"person", "post", "governor", "health minister"}, said
assert [len(p["origins"]) for s in r["series"] for p in s["points"]] == [len(p["origins"]) for s in w["series"] for p in s["points"]]
PY
grep -q 'a person' "$t/r.text"
