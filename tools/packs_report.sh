#!/bin/sh
# ./run packs-report [LANG TEXT...]: by language, F1 on the pack's own examples and on the marked data where that stands; entries by kind; with
# LANG and TEXT the words beside numbers that the pack does not know.
set -eu
relata=$1
shift
if [ $# -gt 1 ]; then
    lang=$1
    shift
    exec "$relata" packs unknown "$lang" "$@"
fi
echo "# own examples"
"$relata" packs check --brief packs || true
echo
echo "# entries by class"
for d in packs/*/; do
    [ -f "$d/pack.txt" ] || continue
    printf '%s:' "$(basename "$d")"
    cat "$d"/*.tsv | grep -v '^#' | cut -f1 | sort | uniq -c | awk '{printf " %s %s", $2, $1}'
    echo
done
if [ -d ../shared/gold ]; then
    t=$(mktemp -d)
    trap 'rm -rf "$t"' EXIT
    "$relata" claims --format jsonl ../shared/bench/stories/itn.jsonl >"$t/items" 2>/dev/null || true
    "$relata" claims --format jsonl ../shared/bench/articles.jsonl >"$t/articles" 2>/dev/null || true
    langs=$("$relata" packs list | awk '{print $1}' | tr '\n' ',' | sed 's/,$//')
    echo
    echo "# marked items"
    python3 ../shared/score/claims.py ../shared/gold/itn.claims.jsonl "$t/items" --docs ../shared/gold/itn.docs.jsonl --langs "$langs" --by lang
    echo
    echo "# marked articles"
    python3 ../shared/score/claims.py ../shared/gold/articles.claims.jsonl "$t/articles" --langs "$langs" --by lang
fi
