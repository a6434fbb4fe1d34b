#!/bin/sh
# Every pack: no fault, every marked example right; and all of them with the gazetteer are under 20 MB.
set -eu
"$RELATA" packs check packs
[ "$(wc -c <"$(dirname "$RELATA")/relata.packs")" -lt 20000000 ] || { echo "the compiled packs have 20 MB or more: packc --stats tells where"; exit 1; }
