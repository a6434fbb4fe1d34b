#!/bin/sh
# packs/stories.tsv as a C file, so that the program has its weights with it: stories_model.sh IN.tsv OUT.c
set -eu
{
    echo '/* Made from packs/stories.tsv; do not edit. */'
    echo '#include "story/model_text.h"'
    echo 'const char rl_story_model_text[] ='
    sed -n -e '/^#/d' -e '/./{s/[\\"]//g;s/	/\\t/g;s/.*/    "&\\n"/p;}' "$1"
    echo '    "";'
} >"$2"
