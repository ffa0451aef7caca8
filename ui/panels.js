/** The style of menus and dialogs, loaded with the first of them; who imports this waits for it. */

import { element } from '../charts/dom.js';

const link = element('link', { attributes: { rel: 'stylesheet', href: 'panels.css' } });
const loaded = new Promise((resolve) => {
  for (const name of ['load', 'error']) link.addEventListener(name, resolve);
});
document.head.append(link);
await loaded;
