#!/bin/sh
# Fetches the d3 modules below from npm into this folder and makes their bare imports relative, so that a browser can
# load them as they lie here. Nothing else is changed. Run it, run the tests, commit; README.md's table is written here too.
set -eu
cd "$(dirname "$0")"
modules="d3-scale@4.0.3 d3-time@3.1.1 d3-time-format@4.1.1 d3-format@3.1.3 d3-array@3.2.5 d3-interpolate@3.0.2 d3-color@3.1.1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rows=""
for module in $modules; do
  name=${module%@*}
  tarball=$(cd "$work" && npm pack --silent "$module")
  mkdir -p "$work/$name" && tar -xzf "$work/$tarball" -C "$work/$name" --strip-components=1
  code="$work/$name/dist/$name.mjs"
  mkdir -p "$name"
  sed -E "s#^((import|export) .*from )['\"](d3-[a-z-]+)['\"];?#\1'../\3/\3.js';#" "$code" > "$name/$name.js"
  cp "$work/$name/LICENSE" "$name/LICENSE"
  integrity=$(npm view "$module" dist.integrity)
  rows="$rows| $name | ${module#*@} | [npm](https://www.npmjs.com/package/$name/v/${module#*@}) | \`$integrity\` |
"
done
if grep -nE "from ['\"][^.]" ./*/*.js; then
  echo "a bare import is left" >&2
  exit 1
fi
{
  sed '/^| module/,$d' README.md
  printf '| module | version | origin | npm integrity |\n|---|---|---|---|\n%s' "$rows"
} > "$work/README.md"
mv "$work/README.md" README.md
