#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The benchmarks (docs/performance.md). Each prints its summary as the last line.
#   ./bench.sh client [ROUNDS]          the cost of telemetry for a command
#   ./bench.sh ingest [SECONDS]         events per second that the collector acknowledges, beside its limits
#   ./bench.sh server [ROUNDS]          the cost of telemetry for a server, and whether it loses an event
#   ./bench.sh tools [DECLARED] [BUSY]  the cost of declared tools of which few are busy; default 1,000 and 20
#   ./bench.sh store [EVENTS]           the cost of stored events (disk, rollups, charts, deletion); default 20,000,000
#   ./bench.sh fuzz [REQUESTS] [SEED]   a million mutated requests; a slow reference implementation checks everything
#                                       that the collectors stored
#   ./bench.sh fuzz replay FILE         sends a request again that failed
set -euo pipefail
cd "$(dirname "$0")"
. eng/require.sh

require_dotnet

# publish PROJECT FOLDER PRECOMPILED: prints nothing unless it fails.
publish() {
  local log
  log=$(dotnet publish "$1" -c Release --nologo -v quiet -clp:NoSummary -p:Precompiled="$3" -o "$2" 2>&1) \
    || fail "$1 can't be published: $log"
}

client() {
  local rounds=${1:-40} programs=artifacts/bench/client program
  [[ "$rounds" =~ ^[0-9]+$ ]] && [ "$rounds" -ge 20 ] || fail "client needs a number of rounds, at least 20"
  [ "$(uname -sm)" = 'Linux x86_64' ] || fail "client runs only on Linux x64"
  require script bsdutils
  require unzip unzip
  rm -rf "$programs"
  for program in Plain Tallymark AppInsights Otlp; do
    say "publishing $program ..."
    publish "bench/Client/Programs/$program" "$programs/il/$program" false
    publish "bench/Client/Programs/$program" "$programs/precompiled/$program" true
  done
  # As in the package: the SDK is precompiled even if the tool is not.
  dotnet pack sdk/dotnet/Tallymark -c Release --nologo -v quiet -clp:NoSummary -o "$programs/package" >&2
  unzip -qo "$programs"/package/*.nupkg 'runtimes/*' -d "$programs/package"
  cp "$programs/package/runtimes/linux-x64/lib/net10.0/Tallymark.dll" "$programs/il/Tallymark/"
  publish bench/Client/Record "$programs/record" false
  publish bench/Client/Runner "$programs/runner" false
  say "measuring ..."
  "$programs/runner/bench-client" "$PWD/$programs" "$rounds"
}

ingest() {
  local programs=artifacts/bench/ingest
  require_node
  publish cli "$programs/collector" false
  publish bench/Ingest "$programs/bench" false
  [ eng/reader/node_modules -nt eng/reader/package-lock.json ] || npm ci --silent --prefix eng/reader
  say "measuring ..."
  "$programs/bench/bench-ingest" "$programs/collector/tallymark" "$PWD/samples/kmpkg" "$PWD/eng/reader/read-store.mjs" \
    "${1:-20}"
}

tools() {
  local programs=artifacts/bench/tools
  [ "$(uname -s)" = 'Linux' ] || fail "tools runs only on Linux"
  require_node
  publish cli "$programs/collector" false
  publish bench/Tools "$programs/bench" false
  [ eng/reader/node_modules -nt eng/reader/package-lock.json ] || npm ci --silent --prefix eng/reader
  say "measuring ..."
  "$programs/bench/bench-tools" "$programs/collector/tallymark" "$PWD/samples/kmpkg/telemetry.yaml" \
    "$PWD/eng/reader/read-store.mjs" "$@"
}

server() {
  local rounds=${1:-30} programs=artifacts/bench/server
  [[ "$rounds" =~ ^[0-9]+$ ]] && [ "$rounds" -ge 1 ] || fail "server needs a number of rounds"
  require script bsdutils
  require_node
  publish cli "$programs/collector" false
  publish samples/mlflow/Server "$programs/mlflow" false
  publish bench/Server "$programs/bench" false
  [ eng/reader/node_modules -nt eng/reader/package-lock.json ] || npm ci --silent --prefix eng/reader
  say "measuring ..."
  "$programs/bench/bench-server" "$PWD/$programs/mlflow/mlflow-server" "$programs/collector/tallymark" \
    "$PWD/samples/mlflow" "$PWD/eng/reader/read-store.mjs" "$rounds"
}

store() {
  local events=${1:-20000000} programs=artifacts/bench/store
  [[ "$events" =~ ^[0-9]+$ ]] && [ "$events" -ge 100000 ] || fail "store needs a number of events, at least 100000"
  [ "$(uname -sm)" = 'Linux x86_64' ] || fail "store runs only on Linux x64"
  publish bench/Store "$programs/program" false
  "$programs/program/bench-store" "$PWD/$programs/data" samples/kmpkg/telemetry.yaml "$events"
}

fuzz() {
  publish bench/Fuzz artifacts/bench/fuzz false
  # One pooled array for each size and core, so that growing memory is a leak and not a pool that fills.
  DOTNET_SYSTEM_BUFFERS_SHAREDARRAYPOOL_MAXARRAYSPERPARTITION=1 artifacts/bench/fuzz/bench-fuzz "$@"
}

case "${1:-}" in
  client) shift; client "$@" ;;
  ingest) shift; ingest "$@" ;;
  store) shift; store "$@" ;;
  tools) shift; tools "$@" ;;
  server) shift; server "$@" ;;
  fuzz) shift; fuzz "$@" ;;
  *) fail "name a benchmark: client, fuzz, ingest, server, store or tools" ;;
esac
