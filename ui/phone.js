/**
 * On a narrow screen the controls stand in a menu, so that the chart comes first. They are the same elements: they move
 * there, and back when the window is wide again.
 */

import { element } from '../charts/dom.js';
import { Menu } from './menu.js';
import { find } from './page.js';

/** In this order; ids in index.html. */
const MOVED = ['windows', 'travel', 'look', 'menus'];

/** @param {MediaQueryList} narrow */
export function followWidth(narrow) {
  const places = MOVED.map((id) => {
    const node = find(id, HTMLElement);
    const place = document.createComment(id);
    node.before(place);
    return { node, place };
  });
  const box = element('div', { class: 'stack' });
  new Menu(find('more', HTMLButtonElement), 'Controls', box);
  const arrange = () => {
    for (const { node, place } of places) {
      if (narrow.matches) box.append(node);
      else place.after(node);
    }
  };
  narrow.addEventListener('change', arrange);
  arrange();
}
