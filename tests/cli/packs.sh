#!/bin/sh
# Every pack: no fault, every marked example right.
set -eu
"$RELATA" packs check packs
