#!/usr/bin/env bash
# Builds everything once and runs all test projects. The last line is "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# The store uses the system's SQLite; where there is none, a package brings one along for common platforms.
if ! { ldconfig -p 2>/dev/null || true; } | grep -q 'libsqlite3\.so\.0'; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && apt-get install -y -qq --no-install-recommends libsqlite3-0 >/dev/null ||
      echo "test.sh: libsqlite3-0 could not be installed, going on without" >&2
  fi
fi

# The tests of the object store run against s3rver, which lies in a folder that is not kept.
s3rver=tests/Parley.Storage.S3.Tests/obj/s3rver
if [ ! -e "$s3rver/node_modules/s3rver/bin/s3rver.js" ]; then
  if ! command -v npm >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null || true
  fi
  mkdir -p "$s3rver"
  npm install --prefix "$s3rver" --no-package-lock --no-save --no-audit --no-fund --silent s3rver@3.7.1 ||
    echo "test.sh: s3rver could not be installed, the tests of the object store are skipped" >&2
fi

dotnet restore Parley.slnx
dotnet build Parley.slnx --configuration Release --no-restore

status=0
for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  dotnet test "$project" --configuration Release --no-build \
    --logger "trx;LogFileName=$name.trx" --results-directory "$results" || status=1
done

count() { # adds up one attribute of the counters of all results
  local total=0 file value
  for file in "$results"/*.trx; do
    [ -e "$file" ] || continue
    value=$(grep -o '<Counters [^>]*' "$file" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' || true)
    total=$((total + ${value:-0}))
  done
  echo "$total"
}

total=$(count total)
executed=$(count executed)
passed=$(count passed)
failed=$((executed - passed))
skipped=$((total - executed))
if [ "$passed" -eq 0 ] || [ "$failed" -gt 0 ]; then
  status=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
