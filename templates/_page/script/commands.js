// The reader's values in the commands

const originals = new WeakMap();

// Returns the text that an element had at first.
function originalText(element) {
  if (!originals.has(element)) {
    originals.set(element, element.textContent);
  }
  return originals.get(element);
}

// Returns a base URL without slashes at its end.
function baseUrl(text) {
  return text.replace(/\/+$/, '');
}

// Returns a request's URL with the reader's values.
function urlText(piece) {
  const { url, prefix } = chosenBackend();
  const { below, climbs = 0 } = piece.dataset;
  const mine = values();
  const base = baseUrl(mine.url || url).split('/');
  const rest = below.replace(/\{(\w+)=([^}]*)\}/g, (_, name, value) => (mine[name] ? encodeURIComponent(mine[name]) : value));
  // There may be fewer segments behind the host than the request leaves out.
  const left = Math.min(climbs, Math.max(base.length - 3, 0));
  if (form.elements.show.value !== 'variables') {
    return shellWord(base.slice(0, base.length - left).join('/') + rest);
  }
  const variable = left ? `{${prefix}BASE_URL%${'/*'.repeat(left)}}` : `${prefix}BASE_URL`;
  return `"$${variable}"` + (rest && shellWord(rest));
}

// Returns the header with the key.
function keyText(piece) {
  const { key, secret } = form.elements;
  const { env, key: header } = piece.dataset;
  const typedKey = secret.value.trim();
  if (key.value === 'typed' && typedKey && isBackendsKey(piece)) {
    return shellWord(header + typedKey);
  }
  return env ? shellVariable(header, env) : originalText(piece);
}

// Tells whether a key is that of the chosen backend, and not of one of its cells.
function isBackendsKey(piece) {
  const { env } = piece.dataset;
  const { key } = chosenBackend();
  return env ? env === key : originalText(piece).endsWith(`$${key}"`);
}

// Returns a parameter's value. A variable stands where it holds what the cell sends.
function parameterText(piece) {
  const { of, before, was } = piece.dataset;
  const original = originalText(piece);
  const value = values()[of];
  const text = value || (was ?? original.slice((before || '').length));
  const json = insideJson(text);
  const named = form.elements.show.value === 'variables' && text === (value || defaults[of]);
  const variable = `"$${chosenBackend().prefix}${of}"`;
  if (before !== undefined) {
    if (named) {
      return shellWord(before) + variable;
    }
    return value ? shellWord(before + value) : original;
  }
  if (piece.dataset.in === 'heredoc') {
    // Nothing is expanded in it.
    return value ? json : original;
  }
  if (named && json === text) {
    return `'${variable}'`;
  }
  return value ? insideQuotes(json) : original;
}

// Returns what stands in a piece of a command.
function pieceText(piece) {
  if (piece.dataset.of) {
    return parameterText(piece);
  }
  if (piece.dataset.below === undefined) {
    return keyText(piece);
  }
  // A key that is not required follows the URL, if the reader wants it.
  const wantsKey = piece.dataset.env && form.elements.key.value !== 'none' && isBackendsKey(piece);
  return urlText(piece) + (wantsKey ? ` \\\n  -H ${keyText(piece)}` : '');
}

// Puts the reader's values into the chosen backend's commands.
function fillCommands() {
  const warn = one('#_warn');
  if (chosen === 'all') {
    setText(warn, '');
    return;
  }
  setText(warn, warnings().join(' '));
  fillExport();
  for (const piece of all(`[data-backend="${chosen}"] var`)) {
    const original = originalText(piece);
    const text = pieceText(piece);
    setText(piece, text);
    piece.classList.toggle('yours', text !== original);
  }
}

// Writes the lines that set the chosen backend's variables.
function fillExport() {
  const block = one(`[data-backend="${chosen}"] .export`);
  const { url, prefix } = chosenBackend();
  const mine = values();
  const lines = [`export ${prefix}BASE_URL=${shellWord(baseUrl(mine.url || url))}`];
  for (const { name } of valueInputs()) {
    if (name in defaults && (mine[name] || form.elements.show.value === 'variables')) {
      lines.push(`export ${prefix}${name}=${shellWord(mine[name] || defaults[name])}`);
    }
  }
  const keyLines = originalText(block).split('\n').slice(1);
  setText(block, [...lines, ...keyLines].join('\n'));
}

// Returns what looks wrong with the reader's values.
function warnings() {
  const { url, secret, key } = form.elements;
  const mine = values();
  const base = mine.url || chosenBackend().url;
  const path = new URL(chosenBackend().url).pathname.replace(/\/+$/, '');
  const found = [];
  if (/[‘’“”]/.test([secret.value, ...Object.values(mine)])) {
    found.push(words.quotes);
  }
  for (const input of [url, ...valueInputs()]) {
    if (/\s/.test(input.value)) {
      found.push(words.blank.replace('{what}', () => input.labels[0].textContent));
    }
  }
  if (!/^https?:\/\//.test(base)) {
    found.push(words.http);
  } else if (!baseUrl(base).endsWith(path)) {
    found.push(words.path.replace('{path}', () => path));
  }
  if (key.value === 'typed') {
    found.push(words.key);
  }
  return found;
}
