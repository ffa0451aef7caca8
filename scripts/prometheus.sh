#!/bin/sh
# Prints the directory of `prometheus` and `promtool`, which the end-to-end tests compare our PromQL with.
#
#   PATH=$(scripts/prometheus.sh):$PATH
set -eu
cd "$(dirname "$0")/.."
. scripts/need.sh
debian_program prometheus promtool https://prometheus.io/download/
