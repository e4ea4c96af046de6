#!/usr/bin/env bash
# What we run before a release.
set -euo pipefail
BASE=${BASE:-http://localhost:8080}

# ---- Builds ----

# Start a build
curl -fsS -X POST "$BASE/builds" -d branch=main

# The last ten builds
curl -fsS "$BASE/builds?limit=10" | jq '.[].id'

## Releases

# Publish
#   needs two approvals
curl -fsS -X PUT "$BASE/releases/$1"
