#!/bin/sh
# Prints the directory of `victoria-metrics`, which the benchmarks run beside us.
#
#   PATH=$(scripts/victoria-metrics.sh):$PATH
set -eu
cd "$(dirname "$0")/.."
. scripts/need.sh
debian_program victoria-metrics victoria-metrics https://github.com/VictoriaMetrics/VictoriaMetrics/releases
