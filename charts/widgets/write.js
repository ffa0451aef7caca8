/** Writing what four ticks a second may change, at no more cost than the change. */

/** To write the attribute again would be a change, and a look at styles. @param {HTMLElement} target @param {boolean} hidden */
export function setHidden(target, hidden) {
  if (target.hidden !== hidden) target.hidden = hidden;
}

/** Into the text that is there: a new node would be attached and laid out anew. @param {Element} cell @param {string} text */
export function rewrite(cell, text) {
  const { firstChild } = cell;
  if (firstChild instanceof Text) firstChild.data = text;
  else cell.textContent = text;
}
