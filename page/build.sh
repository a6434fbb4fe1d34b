#!/bin/sh
# Build the page into page/dist. npm fetches its parts once, by package-lock.json.
set -eu
cd "$(dirname "$0")"
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --ignore-scripts --no-audit --no-fund >&2
npm run --silent build
