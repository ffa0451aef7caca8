// Opened from disk the page cannot run, so this takes the reader to the bridge's own copy. A classic script for the same
// reason, with from-file.js the only one.
'use strict';

(function fromFile() {
  const DEFAULT_BRIDGE = 'http://127.0.0.1:8080';
  const RETRY_MS = 3000;

  /**
   * The bridge's address from `?bridge=`: host:port, or a whole http(s) origin. Anything else is ignored: a link must
   * not be able to send the reader to a script or a file.
   * @param {string|null} text
   */
  function bridgeOrigin(text) {
    const match = /^(https?:\/\/)?((?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::[0-9]{1,5})?)\/?$/i.exec(text || '');
    if (!match) return DEFAULT_BRIDGE;
    try {
      return new URL((match[1] || 'http://') + match[2]).origin;
    } catch {
      return DEFAULT_BRIDGE;
    }
  }

  /**
   * Where to go: the same page at the bridge, with the same view.
   * @param {string} search
   */
  function target(search) {
    const parameters = new URLSearchParams(search);
    const origin = bridgeOrigin(parameters.get('bridge'));
    parameters.delete('bridge');
    const rest = parameters.toString();
    return origin + '/' + (rest ? '?' + rest : '');
  }

  /** @param {string} address */
  function explain(address) {
    const text = document.createElement('div');
    text.className = 'from-file';
    const title = document.createElement('h1');
    title.textContent = 'Eontide lives at its bridge';
    const where = document.createElement('p');
    const link = document.createElement('a');
    link.href = link.textContent = address;
    where.append('This file is only a copy. The page itself is at ', link, ' and opens there as soon as the bridge answers.');
    const how = document.createElement('p');
    const command = document.createElement('code');
    command.textContent = 'make demo';
    how.append('Not running? In the repository: ', command, '. For a bridge elsewhere add ?bridge=host:port to this address.');
    text.append(title, where, how);
    document.body.replaceChildren(text);
  }

  /** A redirect to a bridge that is not there would leave the reader with the browser's own error. @param {string} address */
  function tryBridge(address) {
    fetch(address, { mode: 'no-cors', cache: 'no-store' }).then(
      () => location.replace(address),
      () => setTimeout(tryBridge, RETRY_MS, address),
    );
  }

  // Tests load this file with a location of their own and look at what it would do.
  if (typeof document === 'undefined') {
    Object.assign(globalThis, { eontideFromFile: { bridgeOrigin, target } });
  } else if (location.protocol === 'file:') {
    const begin = () => {
      const address = target(location.search);
      explain(address);
      tryBridge(address);
    };
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin);
    else begin();
  }
})();
