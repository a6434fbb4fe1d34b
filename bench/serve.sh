#!/bin/sh
# The account of a story of 50 reports over HTTP while another program adds 20,000 reports: requests a second, latency. Wants wrk and python3.
set -eu
relata=$1 t=$(mktemp -d)
trap 'kill $pid $adds 2>/dev/null || true; rm -rf "$t"' EXIT
pid= adds=
python3 - "$t" <<'PY'
import json, random, sys
r = random.Random(5)
def write(name, rows):
    with open(sys.argv[1] + name, "w") as f:
        f.writelines(json.dumps(x) + "\n" for x in rows)
write("/story.jsonl", ({"id": "s%d" % i, "published": "2023-02-%02dT%02d:00:00Z" % (1 + i // 12, i % 24), "outlet": "Outlet %d" % i, "title": "Explosion at Varna harbour, report %d" % i,
    "text": "The number of people killed by the explosion in Varna, Bulgaria, rose to %d, the Interior Ministry said. The crane %d and pier %d burned through the night, a reporter wrote."
    % (10 + i // 5, r.randrange(999), r.randrange(999))} for i in range(50)))
places = ["Oslo, Norway", "Lima, Peru", "Hanoi, Vietnam", "Quito, Ecuador", "Accra, Ghana", "Riga, Latvia", "Tunis, Tunisia", "Bogota, Colombia"]
write("/more.jsonl", ({"id": "m%d" % i, "published": "2022-%02d-%02dT10:00:00Z" % (1 + i % 12, 1 + i % 28), "outlet": "O%d" % (i % 40),
    "text": "At least %d people were injured in a bus crash near %s, the police said. Word%d word%d street %d." % (r.randrange(2, 90), r.choice(places), *(r.randrange(9999) for _ in range(3)))} for i in range(20000)))
PY
"$relata" add --store "$t/s" "$t/story.jsonl" 2>/dev/null
"$relata" serve --store "$t/s" --listen 127.0.0.1:0 >"$t/url" 2>/dev/null &
pid=$!
while [ ! -s "$t/url" ]; do sleep 0.1; done
api=$(cat "$t/url")api/v1
story=$(curl -s "$api/stories" | sed -n 's/^{"story":"\([0-9a-f]*\)".*/\1/p' | head -n 1)
"$relata" add --store "$t/s" "$t/more.jsonl" 2>/dev/null &
adds=$!
sleep 1
echo "the account of 50 reports, $(curl -s "$api/stories/$story/account" | wc -c) bytes, while others are added:"
wrk -t1 -c16 -d6s --latency "$api/stories/$story/account" | grep -E '50%|99%|requests in|Requests/sec'
