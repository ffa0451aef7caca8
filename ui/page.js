/** What the parts of the page share: how to find an element of index.html, and how to load what is asked for. */

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {{new(): T}} type
 * @returns {T}
 */
export function find(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`index.html has no ${type.name} #${id}`);
  return found;
}

/**
 * The next of a list, round and round.
 * @template T
 * @param {readonly T[]} list
 * @param {T} present
 */
export const next = (list, present) => list[(list.indexOf(present) + 1) % list.length];

/**
 * A menu whose script is loaded by the first press of its button.
 * @param {string} id  of the button
 * @param {() => Promise<{open: () => void}>} load
 * @returns {() => void} presses the button
 */
export function lazily(id, load) {
  const button = find(id, HTMLButtonElement);
  const first = async () => {
    // What is typed now is meant for the menu: no letter may act on the page meanwhile.
    button.setAttribute('aria-busy', 'true');
    try {
      const menu = await load();
      menu.open();
    } catch {
      // The bridge it is read from is away; the chart says so. The next press tries again.
      button.addEventListener('click', first, { once: true });
    } finally {
      button.removeAttribute('aria-busy');
    }
  };
  button.addEventListener('click', first, { once: true });
  return () => {
    button.focus();
    button.click();
  };
}
