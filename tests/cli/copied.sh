#!/bin/sh
# A copy (cut, reordered, retitled) of a report that is there adds no origin to any figure, and no value of a series moves.
set -eu
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
cat >"$t/make.py" <<'PY'
import json, re, sys
# reports of one story a day apart, each from an outlet of its own; then copies of one of them
def paragraphs(s): return [p for p in re.split(r"\n\s*\n", s.strip()) if p]
def cut(p): return p[:-1] if len(p) > 3 else p
def reordered(p): return p[:1] + p[2:] + p[1:2]
def retitled(p): return ["What is known so far"] + p[1:]
how = dict(cut=cut, reordered=reordered, retitled=retitled)
reports = []
for n, path in enumerate(sys.argv[3:]):
    reports.append(dict(id=f"r{n:02}", outlet=f"Outlet {n}", published=f"2026-03-{n + 1:02}T09:00:00Z", text=open(path).read().strip()))
which = sys.argv[1], int(sys.argv[2])
if which[1] >= 0:
    r = reports[which[1]]
    r = dict(r, id=r["id"] + "-copy", outlet="Another outlet", published=r["published"].replace("T09", "T15"),
             text="\n\n".join(how[which[0]](paragraphs(r["text"]))))
    reports.append(r)
for r in reports:
    print(json.dumps(r))
PY
cat >"$t/same.py" <<'PY'
import json, sys
def points(path):
    a = json.load(open(path))
    figures = {}
    for s in a["series"]:
        key = s["measure"], s["who"], str(s.get("kind")), (s.get("place") or {}).get("name"), s.get("past")
        figures[key] = {k: s.get(k) for k in ("low", "best", "high")}, \
            {(json.dumps(p["value"], sort_keys=True), p.get("modality"), p.get("date")): len(p["origins"]) for p in s["points"]}
    return figures
a, b = points(sys.argv[1]), points(sys.argv[2])
bad = 0
for key in a:
    if key not in b or a[key][0] != b[key][0]:
        print(sys.argv[2], key, a[key][0], b.get(key, [None])[0]); bad = 1
        continue
    for p, n in a[key][1].items():
        if b[key][1].get(p) != n:
            print(sys.argv[2], key, p, n, b[key][1].get(p)); bad = 1
sys.exit(bad)
PY
set -- examples/0[1-8]*.txt
python3 "$t/make.py" none -1 "$@" >"$t/before.jsonl"
"$RELATA" account --format json "$t/before.jsonl" >"$t/before"
bad=0
for how in cut reordered retitled; do
    for i in $(seq 0 $(($# - 1))); do
        python3 "$t/make.py" "$how" "$i" "$@" >"$t/after.jsonl"
        "$RELATA" account --format json "$t/after.jsonl" >"$t/after-$how-$i"
        python3 "$t/same.py" "$t/before" "$t/after-$how-$i" || bad=1
    done
done
[ "$bad" = 0 ]
