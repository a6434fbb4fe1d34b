#!/bin/sh
# The page in a real browser. Skipped (77) where node, npm or Chromium are not to be had.
set -eu
cd "$(dirname "$0")/../.."
skip() { echo "$1"; exit 77; }
command -v node >/dev/null && command -v npm >/dev/null || skip "no node or npm here"
[ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 18')" = true ] || skip "node is older than 18"
[ -x "${CHROMIUM:-/usr/bin/chromium}" ] || skip "no Chromium here"
sh page/build.sh || skip "npm could not fetch the page's parts"
(cd page && npm run --silent check)
export RELATA="${RELATA:-build/relata}"
dir=$(dirname "$RELATA")
if [ -f "$dir/build.ninja" ]; then
    # the page may be newer than the program that carries it
    meson setup --reconfigure "$dir" >/dev/null
    ninja -C "$dir" relata relata.packs >/dev/null
fi
for t in tests/page/*.test.mjs; do node --test "$t"; done
