#!/bin/sh
# What is printed is what docs/*.schema.json says.
set -eu
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
"$RELATA" claims --format jsonl examples/*.txt >"$t/claims"
"$RELATA" account --format json examples/*.txt >"$t/account"
python3 - "$t/claims" "$t/account" <<'EOF'
import json, sys
import jsonschema
claims = json.load(open("docs/claims.schema.json"))
account = json.load(open("docs/account.schema.json"))
check = jsonschema.validators.validator_for(claims)(claims)
n = 0
for line in open(sys.argv[1]):
    check.validate(json.loads(line))
    n += 1
assert n > 10, n
store = {"claims.schema.json": claims, claims.get("$id", ""): claims}
resolver = jsonschema.RefResolver(base_uri=account.get("$id", ""), referrer=account, store=store)
jsonschema.validators.validator_for(account)(account, resolver=resolver).validate(json.load(open(sys.argv[2])))
EOF
