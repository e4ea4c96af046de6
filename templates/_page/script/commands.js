// The reader's values in the commands, each with those of its own backend

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

// Returns a URL as one word, in which the shell encodes what stands as {$VARIABLE}, a secret.
function urlWord(text) {
  const words = text.split(/\{\$(\w+)\}/);
  return words.map((word, at) => (at % 2 ? `"$(printf %s "$${word}" | jq -sRr @uri)"` : word && shellWord(word))).join('');
}

// Returns the backend that a part of the page is about.
function backendOf(element) {
  return element.closest('[data-backend]')?.dataset.backend;
}

// Returns a request's URL with the reader's values; a base URL of its own stays.
function urlText(piece, id) {
  const { url, prefix } = backends[id];
  const { base: own, below, climbs = 0 } = piece.dataset;
  const mine = typed[id];
  const base = baseUrl(own || mine.url || url).split('/');
  const rest = below.replace(/\{(\w+)=([^}]*)\}/g, (_, name, value) => (mine[name] ? encodeURIComponent(mine[name]) : value));
  // There may be fewer segments behind the host than the request leaves out.
  const left = Math.min(climbs, Math.max(base.length - 3, 0));
  if (own || form.elements.show.value !== 'variables') {
    return urlWord(base.slice(0, base.length - left).join('/') + rest);
  }
  const variable = left ? `{${prefix}BASE_URL%${'/*'.repeat(left)}}` : `${prefix}BASE_URL`;
  return `"$${variable}"` + urlWord(rest);
}

// Returns the header with the key.
function keyText(piece, id) {
  const { env, key: header } = piece.dataset;
  const typedKey = form.elements.secret.value.trim();
  if (id === chosen && typedKey && isBackendsKey(piece, id)) {
    return shellWord(header + typedKey);
  }
  return env ? shellVariable(header, env) : originalText(piece);
}

// Tells whether a key is that of the backend, and not of one of its cells.
function isBackendsKey(piece, id) {
  const { env } = piece.dataset;
  const { key } = backends[id];
  return env ? env === key : originalText(piece).endsWith(`$${key}"`);
}

// Returns a parameter's value. A variable stands where it holds what the cell sends.
function parameterText(piece, id) {
  const { of, before, was } = piece.dataset;
  const { prefix, defaults } = backends[id];
  const original = originalText(piece);
  const value = typed[id][of];
  const text = value || (was ?? original.slice((before || '').length));
  const json = insideJson(text);
  const named = form.elements.show.value === 'variables' && text === (value || defaults[of]);
  const variable = `"$${prefix}${of}"`;
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
function pieceText(piece, id) {
  if (piece.dataset.of) {
    return parameterText(piece, id);
  }
  if (piece.dataset.below === undefined) {
    return keyText(piece, id);
  }
  // A key that is not required follows the URL, if the reader wants it.
  const wantsKey = piece.dataset.env && typed[id].key !== 'none' && isBackendsKey(piece, id);
  return urlText(piece, id) + (wantsKey ? ` \\\n  -H ${keyText(piece, id)}` : '');
}

const fillable = 'var, .export'; // what holds the reader's values
let arrived = 0; // how many of them have been filled while the page was read

// Puts the reader's values into all commands.
function fillCommands() {
  for (const place of all(fillable)) {
    fill(place);
  }
}

// Puts them into those that have arrived whole, so that nothing moves later.
function fillArrived() {
  for (const place of all(fillable).slice(arrived)) {
    if (!isWhole(place)) {
      return;
    }
    fill(place);
    arrived += 1;
  }
}

// Puts the reader's values into a piece of a command, or into the lines that set a backend's variables.
function fill(place) {
  const id = backendOf(place);
  const original = originalText(place);
  const isPiece = place.matches('var');
  const text = isPiece ? pieceText(place, id) : exportText(original, id);
  setCommandText(place, text);
  place.classList.toggle('yours', isPiece && text !== original);
}

// Sets the text of a part of a command. A line that goes on in the next one keeps its backslash at the end.
function setCommandText(element, text) {
  if (element.textContent === text) {
    return;
  }
  const [first, ...others] = text.split(' \\\n');
  element.replaceChildren(first);
  for (const line of others) {
    element.append(make('span', { className: 'eol', textContent: ' \\' }), `\n${line}`);
  }
}

// Returns the lines that set a backend's variables.
function exportText(original, id) {
  const { url, prefix, defaults } = backends[id];
  const mine = typed[id];
  const lines = [`export ${prefix}BASE_URL=${shellWord(baseUrl(mine.url || url))}`];
  for (const { name } of valueInputs()) {
    if (name in defaults && (mine[name] || form.elements.show.value === 'variables')) {
      lines.push(`export ${prefix}${name}=${shellWord(mine[name] || defaults[name])}`);
    }
  }
  const keyLines = original.split('\n').slice(1);
  return [...lines, ...keyLines].join('\n');
}

// Returns what looks wrong with the reader's values.
function warnings() {
  const { url, secret } = form.elements;
  const mine = values();
  const base = mine.url || chosenBackend().url;
  const path = new URL(chosenBackend().url).pathname.replace(/\/+$/, '');
  const below = pathOfACommand(base);
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
  } else if (below) {
    found.push(words.below.replace('{path}', () => below));
  } else if (!baseUrl(base).endsWith(path)) {
    found.push(words.path.replace('{path}', () => path));
  }
  if (secret.value.trim()) {
    found.push(words.key);
  }
  return found;
}

// Returns the path of a command at the end of a base URL, if there is one: the commands add it themselves.
function pathOfACommand(base) {
  const paths = all(`[data-backend="${chosen}"] var[data-below]`).map(piece => piece.dataset.below.split('?')[0]);
  const atEnd = paths.filter(path => path.length > 1 && baseUrl(base).endsWith(path) && !baseUrl(chosenBackend().url).endsWith(path));
  return atEnd.sort((one, other) => other.length - one.length)[0];
}
