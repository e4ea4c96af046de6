// The palette: a search over all pages, by any words in any order

const mostResults = 50;
const fewResults = 8; // where nothing has all of the words
let entries = null; // what can be found; null until it is read
let reading = null; // the promise of it
let results = []; // what is shown
let selected = 0;

// Opens the palette.
function openPalette() {
  const palette = one('#_palette');
  if (palette.open) {
    return;
  }
  explain(null);
  closeContents();
  palette.showModal();
  one('#_query').select();
  readEntries().then(findAll, () => setText(one('#_found'), words.unread.replace('{file}', searchFile)));
}

// Reads the list of everything, which is in the page or in a file beside it, once. Returns a promise that ends when it is read.
function readEntries() {
  reading ??= new Promise((resolve, reject) => {
    if (globalThis.searchEntries) {
      resolve();
      return;
    }
    const script = make('script', { src: searchFile });
    script.addEventListener('load', resolve);
    script.addEventListener('error', reject);
    document.head.append(script);
  }).then(takeEntries);
  return reading;
}

// Prepares the list for searching.
function takeEntries() {
  entries = globalThis.searchEntries.map(([kind, title, beside, address, about, keys, text], order) => ({
    kind, title, beside, address, about, order,
    isHere: backendIds.length === 1 && placeIn(new URL(address, location.href).hash).split('.').includes(backendIds[0]),
    levels: [`${title} ${beside}`, keys, `${about} ${text}`].map(part => part.toLowerCase()),
  }));
}

// Returns how well an entry fits a word: 0 not at all; most in the title, less among flags and paths, least in the text.
function fitOfWord({ levels: [title, keys, text], title: cased }, word, casedWord) {
  if (title.includes(word)) {
    const before = title[title.indexOf(word) - 1] ?? ' ';
    return 4 + (/[\p{L}\p{N}]/u.test(before) ? 0 : 1) + (casedWord !== word && cased.includes(casedWord) ? 1 : 0);
  }
  if (keys.includes(word)) {
    return 2;
  }
  return text.includes(word) ? 1 : 0;
}

// Compares two rated entries: the one with more of the words is first, then the one in which the weakest fits better, then the one
// in which all fit better; of equals that of this page's server, and then the earlier one.
function byFit(one, other) {
  return (
    other.found - one.found ||
    other.weakest - one.weakest ||
    other.sum - one.sum ||
    other.entry.isHere - one.entry.isHere ||
    one.entry.order - other.entry.order
  );
}

// Returns the words of a text. Of a message of curl, its number and the server's status: hosts, ports and times are the reader's own.
function wordsOf(text) {
  const [message, number] = text.match(/curl: (\(\d+\)).*/s) ?? [];
  if (message) {
    return ['curl:', number, ...(message.match(/\b[45]\d\d$/) ?? [])];
  }
  return text.trim().split(/\s+/).filter(Boolean);
}

// Returns the entries with all words of a text, best first; without any, those that come nearest.
function find(text) {
  const cased = wordsOf(text);
  const wanted = cased.map(word => word.toLowerCase());
  const rated = entries.map(entry => {
    const fits = wanted.map((word, at) => fitOfWord(entry, word, cased[at]));
    const exact = entry.title.toLowerCase() === wanted.join(' ') ? 2 : 0;
    return { entry, found: fits.filter(Boolean).length, weakest: Math.min(...fits), sum: fits.reduce((sum, fit) => sum + fit, exact) };
  });
  const whole = rated.filter(({ found }) => found === wanted.length);
  const near = whole.length ? whole : nearest(rated, wanted);
  near.sort(byFit);
  const shown = near.slice(0, whole.length ? mostResults : fewResults);
  return { exact: whole.length > 0, count: whole.length, entries: shown.map(({ entry }) => entry) };
}

// Returns what comes nearest to words of which no entry has all: entries with most of them, or with most of their pairs of letters.
function nearest(rated, wanted) {
  const some = rated.filter(({ found }) => found > 0);
  if (some.length) {
    return some;
  }
  const pairs = pairsOf(wanted.join(' '));
  for (const one of rated) {
    const own = pairsOf(one.entry.levels[0]);
    one.sum = [...pairs].filter(pair => own.has(pair)).length / Math.max(pairs.size, 1);
  }
  return rated.filter(({ sum }) => sum >= 0.5);
}

// Returns the pairs of neighbouring letters in a text.
function pairsOf(text) {
  const letters = [...text];
  return new Set(letters.slice(1).map((letter, at) => letters[at] + letter));
}

// Shows what the query finds; without a query, nothing.
function findAll() {
  if (!entries) {
    return;
  }
  const text = one('#_query').value;
  const { exact, count, entries: found } = text.trim() ? find(text) : { exact: true, count: 0, entries: [] };
  results = found;
  one('#_results').replaceChildren(...results.map(rowOf));
  const said = exact ? words.results.replace('{n}', count) : results.length ? words.none : words.nothing;
  setText(one('#_found'), text.trim() ? said : '');
  select(0);
}

// Returns a row for an entry: its title, whose it is, what kind it is, and what is known about it.
function rowOf(entry, at) {
  const row = make('li', { role: 'none' });
  const link = make('a', { id: `_result.${at}`, role: 'option', href: entry.address, tabIndex: -1 });
  const title = make('span', {});
  title.append(make('b', { textContent: plainText(entry.title) }), make('span', { className: 'beside', textContent: entry.beside }));
  link.append(title, make('small', { textContent: words.kinds[entry.kind] }));
  if (entry.about) {
    link.append(make('span', { className: 'about', textContent: plainText(entry.about) }));
  }
  row.append(link);
  return row;
}

// Returns prose without the marks of code and emphasis.
function plainText(text) {
  return text.replace(/`([^`]+)`/g, '$1').replace(/\*\*/g, '');
}

// Selects a result.
function select(at) {
  selected = Math.max(0, Math.min(at, results.length - 1));
  const options = all('#_results a');
  for (const [number, option] of options.entries()) {
    option.ariaSelected = number === selected;
  }
  const option = options[selected];
  option?.scrollIntoView({ block: 'nearest' });
  if (option) {
    one('#_query').setAttribute('aria-activedescendant', option.id);
  } else {
    one('#_query').removeAttribute('aria-activedescendant');
  }
}

// Goes to a result: on this page if it is there, else on its own.
function goTo(entry) {
  const link = make('a', { href: entry.address });
  const place = placeIn(link.hash);
  one('#_palette').close();
  if (document.getElementById(place)) {
    location.hash = new URL(addressOf(place), location.href).hash;
    goToPlace();
  } else {
    location.href = withValues(link);
  }
}

// Handles the keys of the palette.
function pressPaletteKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
  if (step) {
    event.preventDefault();
    select(selected + step);
  } else if (event.key === 'Enter' && !event.isComposing && results[selected]) {
    event.preventDefault();
    goTo(results[selected]);
  }
}

// Goes to a result that is clicked; outside of the palette, closes it.
function clickPalette(event) {
  const row = event.target.closest('#_results > li');
  if (row && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    goTo(results[all('#_results > li').indexOf(row)]);
  } else if (event.target === one('#_palette')) {
    one('#_palette').close();
  }
}

// Starts the palette.
function startPalette() {
  one('#_find').addEventListener('click', openPalette);
  one('#_query').addEventListener('input', findAll);
  one('#_palette').addEventListener('keydown', pressPaletteKey);
  one('#_palette').addEventListener('click', clickPalette);
}
