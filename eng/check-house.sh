#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Checks the rules of this repository that no compiler knows; eng/house/ says which, CONTRIBUTING.md why.
#   eng/check-house.sh               checks the repository; exit code 1 if a rule is broken
#   eng/check-house.sh --self-test   checks that each rule finds its violation in a small temporary tree
set -euo pipefail
cd "$(dirname "$0")/.."

# yes: long lines and banned words fail the check. no: they are only counted for each folder.
enforce_prose=yes

if [ "${1:-}" = --self-test ]; then exec node eng/house/self-test.mjs; fi
exec node eng/house/check.mjs . "$enforce_prose"
