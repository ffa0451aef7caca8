/** What the Share menu holds: links to this view, and what is shown as a file or a table. */

import { element, setText } from '../charts/dom.js';
import { Menu } from './menu.js';
import { find } from './page.js';
import { saveAs } from './save.js';
import { openTable } from './table.js';
import { frozen, heldInUrl, relative, writeUrl } from './url-write.js';
/** @import {ExportKind} from '../charts/export/index.js' */
/** @import {Page, PageState} from './types.js' */

/** @type {[string, string, string][]} test id, text, title */
const LINKS = [
  ['link-live', 'Copy link that stays live', 'Whoever opens it sees the last stretch of time, up to now'],
  ['link-frozen', 'Copy link to this very view', 'Whoever opens it sees this stretch of time'],
  ['link-embed', 'Copy link to the chart alone', 'For a frame in another page: stays live, no controls'],
];
/** @type {[ExportKind, string][]} */
const FILES = [['png', 'Picture (PNG)'], ['svg', 'Drawing (SVG)'], ['csv', 'Values (CSV)']];

export class ShareMenu {
  #page;
  #menu;
  #note = element('p', { class: 'hint', attributes: { 'data-testid': 'share-note' } });
  #link = element('input', {
    class: 'eontide-search', attributes: { type: 'text', readonly: '', 'aria-label': 'Link', 'data-testid': 'share-link' },
  });

  /** @param {Page} page */
  constructor(page) {
    this.#page = page;
    this.#link.hidden = true;
    const table = item('table', 'Show as table', 'What is shown, as rows of values');
    table.addEventListener('click', () => {
      this.#menu.close();
      openTable(page);
    });
    const open = item('open-recording', 'Open a recorded file …', 'NDJSON, CSV, or a number a line; it may be dropped on the page as well');
    open.addEventListener('click', async () => {
      this.#menu.close();
      (await import('./recording/open.js')).chooseRecording(page);
    });
    const inside = item('inside', 'Inside this bridge', 'Its own metrics: presence, monitors, what comes in and goes out');
    inside.addEventListener('click', () => window.open('internals.html', '_blank', 'noopener'));
    this.#menu = new Menu(find('share', HTMLButtonElement), 'Share', element('div', {},
      ...LINKS.map(([id, text, title]) => this.#linkItem(id, text, title)), element('hr'),
      ...FILES.map(([kind, text]) => this.#fileItem(kind, text)), table, element('hr'), open, inside, this.#link, this.#note), () => this.#opened());
  }

  open() {
    this.#menu.open();
  }

  #opened() {
    this.#link.hidden = true;
    const { chart } = this.#page;
    const list = chart.seriesOnly ?? chart.seriesHidden;
    const held = heldInUrl(list);
    setText(this.#note, held < list.length ? `A link holds the first ${held} of these ${list.length} series.` : '');
  }

  /** @param {string} id @param {string} text @param {string} title */
  #linkItem(id, text, title) {
    const button = item(id, text, title);
    button.addEventListener('click', async () => {
      const { chart, address } = this.#page;
      const state = address.present(chart);
      const wanted = id === 'link-frozen' ? frozen(state, chart.view) : relative(state);
      await this.#copy(linkTo({ ...wanted, embed: id === 'link-embed' }));
    });
    return button;
  }

  /** @param {string} link */
  async #copy(link) {
    try {
      await navigator.clipboard.writeText(link);
      setText(this.#note, 'Copied.');
      this.#page.say('Link copied.');
    } catch {
      // A page that did not come by HTTPS may not touch the clipboard: the reader copies by hand.
      this.#link.hidden = false;
      this.#link.value = link;
      this.#link.select();
      setText(this.#note, 'Press Ctrl+C to copy.');
    }
  }

  /** @param {ExportKind} kind @param {string} text */
  #fileItem(kind, text) {
    const button = item(`export-${kind}`, text, '');
    button.addEventListener('click', async () => {
      setText(this.#note, 'Writing …');
      try {
        await saveAs(this.#page, kind);
        this.#menu.close();
      } catch (error) {
        setText(this.#note, error instanceof Error ? error.message : String(error));
      }
    });
    return button;
  }
}

/** @param {PageState} state */
function linkTo(state) {
  return location.origin + location.pathname + writeUrl(state, location.search);
}

/** @param {string} id @param {string} text @param {string} title */
function item(id, text, title) {
  return element('button', { class: 'item', text, attributes: { type: 'button', 'data-testid': id, title } });
}
