#!/bin/sh
# The marked reports: the bars that the program must hold. Read from ../shared where that stands.
set -eu
[ -d ../shared ] || { echo "../shared is not here"; exit 77; }
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
"$RELATA" claims --format jsonl ../shared/seeds/*.txt >"$t/found"
python3 ../shared/score/claims.py ../shared/gold/seeds.claims.jsonl "$t/found" --list | tee "$t/score"
"$RELATA" account --format json ../shared/seeds/*.txt >"$t/account"
python3 ../shared/score/happenings.py ../shared/gold/seeds.happenings.jsonl "$t/account" --list | tee "$t/happenings"
python3 - "$t/score" "$t/happenings" <<'EOF'
import re, sys
score, happenings = open(sys.argv[1]).read(), open(sys.argv[2]).read()
m = re.search(r"all\s+P (\S+)\s+R (\S+)\s+F1 (\S+)\s+hit (\d+) missed (\d+) false (\d+)", score)
assert float(m[3]) >= 0.95, m[0]
assert int(m[6]) <= 1, m[0]
slots = {k: int(a) / int(b) for k, a, b in re.findall(r"(\w+) (\d+)/(\d+)", score.split("slots:")[1])}
for slot, bar in dict(who=0.9, place=0.9, date=0.9, modality=0.9, qualifier=1.0, source=0.85).items():
    assert slots[slot] >= bar, (slot, slots[slot])
m = re.search(r"happenings: (\d+) of (\d+) marked, (\d+) found", happenings)
assert int(m[1]) >= 18 and int(m[3]) <= 32, m[0]
EOF
