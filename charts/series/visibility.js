/**
 * Which of a set of names are shown: the reducer behind the legend and the metric chips.
 *
 * A click isolates; a click on what is isolated restores all; with Ctrl or ⌘ a click adds or removes one. A name that
 * appears later is shown, unless something is isolated.
 *
 * @typedef {object} Visibility
 * @property {ReadonlySet<string>|null} only  null: all but the hidden
 * @property {ReadonlySet<string>} hidden
 *
 * @typedef {{type: 'isolate', name: string} | {type: 'toggle', name: string} | {type: 'only', names: string[]} |
 *   {type: 'restore'}} VisibilityAction
 */

/** @type {Visibility} */
export const ALL = { only: null, hidden: new Set() };

/** @param {Visibility} visibility @param {string} name */
export function isVisible({ only, hidden }, name) {
  return only ? only.has(name) : !hidden.has(name);
}

/**
 * @param {Visibility} visibility
 * @param {VisibilityAction} action
 * @returns {Visibility}
 */
export function reduceVisibility(visibility, action) {
  const { only, hidden } = visibility;
  switch (action.type) {
    case 'restore':
      return ALL;
    case 'only':
      return action.names.length === 0 ? ALL : { only: new Set(action.names), hidden: new Set() };
    case 'isolate':
      return only?.size === 1 && only.has(action.name) ? ALL : { only: new Set([action.name]), hidden: new Set() };
    case 'toggle': {
      if (!only) return { only: null, hidden: toggled(hidden, action.name) };
      const next = toggled(only, action.name);
      return next.size === 0 ? ALL : { only: next, hidden: new Set() };
    }
  }
}

/** @param {ReadonlySet<string>} names @param {string} name */
function toggled(names, name) {
  const next = new Set(names);
  if (!next.delete(name)) next.add(name);
  return next;
}
