/**
 * Says of scripts of which tokens they are made, and in which lines. Run by `node --expose-internals`: the parser is the one
 * that comes with node, independent of what strips comments in the bridge.
 */

// @ts-nocheck: internals have no types
const { readFileSync } = require('node:fs');
const acorn = require('internal/deps/acorn/acorn/dist/acorn');

const options = { ecmaVersion: 'latest', sourceType: 'module', locations: true, allowHashBang: true };

/** @param {string} source */
function tokensOf(source) {
  const tokens = [];
  const onToken = ({ type, value, loc }) => {
    const text = value === undefined ? '' : typeof value === 'object' ? `/${value.pattern}/${value.flags}` : String(value);
    tokens.push(`${loc.start.line} ${type.label} ${text}`);
  };
  acorn.parse(source, { ...options, onToken });
  return tokens;
}

const scripts = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(scripts.map(tokensOf)));
