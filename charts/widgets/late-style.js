/** The style of tooltip and cards, loaded with the first of them; who imports this waits for it. */

import { element } from '../dom.js';

const link = element('link', { attributes: { rel: 'stylesheet', href: new URL('late.css', import.meta.url).href } });
const loaded = new Promise((resolve) => {
  for (const name of ['load', 'error']) link.addEventListener(name, resolve);
});
document.head.append(link);
await loaded;
