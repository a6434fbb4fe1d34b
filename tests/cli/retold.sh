#!/bin/sh
# The same account from any language: examples/retold tells one report in many languages, and each gives the series of the English one.
set -u
: "${RELATA:=build/relata}"
exec python3 - "$RELATA" <<'EOF'
import glob, json, subprocess, sys

def series(path):
    out = subprocess.run([sys.argv[1], "account", "--format", "json", path], capture_output=True, check=True, encoding="utf-8")
    return {
        (s["measure"], s["who"], (s["place"] or {}).get("name"), s["kind"], p["value"]["low"], p["value"]["high"],
         p["value"]["qualifier"], p["modality"], p["standing"], p["date"])
        for s in json.loads(out.stdout)["series"] for p in s["points"]
    }

want = series("examples/retold/en.txt")
files = sorted(glob.glob("examples/retold/*.txt"))
assert len(want) == 6, want
assert len(files) > 5, files
bad = 0
for path in files:
    got = series(path)
    for x in sorted(want - got, key=str):
        print(path, "lacks", x)
    for x in sorted(got - want, key=str):
        print(path, "has besides", x)
    bad += got != want
sys.exit(bad != 0)
EOF
