/** A value as one word of a filter. @param {string} value */
export function quoted(value) {
  return /[\s"*]/.test(value) ? `"${value.replaceAll('"', '')}"` : value;
}
