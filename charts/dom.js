/** The one way elements are made here: text goes in as text, so nothing a publisher sends can become markup. */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {{class?: string, text?: string, attributes?: Record<string, string>}} [options]
 * @param {...Node} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, options = {}, ...children) {
  const made = document.createElement(tag);
  if (options.class) made.className = options.class;
  if (options.text !== undefined) made.textContent = options.text;
  for (const [name, value] of Object.entries(options.attributes ?? {})) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {...Node} children
 */
export function svg(tag, attributes, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Writing the same text again would cost a layout. @param {Node} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @param {Element} target @param {string} name @param {string} value */
export function setAttribute(target, name, value) {
  if (target.getAttribute(name) !== value) target.setAttribute(name, value);
}

/** What was written last; to read it back would have the browser write out a text. @type {WeakMap<HTMLElement, Record<string, string>>} */
const styles = new WeakMap();

/**
 * Only where it changes: each write makes the browser look at its styles again. Nobody else writes these.
 * @param {HTMLElement} target
 * @param {'transform'|'width'|'height'|'left'|'top'|'background'|'boxShadow'} name
 * @param {string} value
 */
export function setStyle(target, name, value) {
  let written = styles.get(target);
  if (!written) styles.set(target, written = {});
  if (written[name] === value) return;
  target.style[name] = written[name] = value;
}

/** To write the attribute again would be a change, and a look at styles. @param {HTMLElement} target @param {boolean} hidden */
export function setHidden(target, hidden) {
  if (target.hidden !== hidden) target.hidden = hidden;
}

/** Where it is another one, into the text that is there: a new node would be attached and laid out anew. @param {Element} cell @param {string} text */
export function rewrite(cell, text) {
  const { firstChild } = cell;
  if (cell.textContent === text) return;
  if (firstChild instanceof Text) firstChild.data = text;
  else cell.textContent = text;
}
