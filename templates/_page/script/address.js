// The address: #place&backend=…&base=…&model=…; a key is never in it

const backendIds = root.dataset.backends.split(' ').filter(Boolean);

// Returns the id of the place that the address leads to, or ''.
function addressPlace() {
  const place = location.hash.slice(1).split('&')[0];
  if (place.includes('=')) {
    return '';
  }
  try {
    return decodeURI(place);
  } catch {
    return place;
  }
}

// Returns the values in the address.
function addressValues() {
  return new URLSearchParams(location.hash.slice(1));
}

// Returns the backend that the address names, also as models.ollama.
function addressBackend() {
  const named = [addressValues().get('backend'), ...addressPlace().split('.')];
  return named.find(id => id === 'all' || backendIds.includes(id));
}

// Returns the address of a place, with the reader's values.
function addressOf(place) {
  const mine = values();
  const asked = new URLSearchParams();
  if (picked) {
    asked.set('backend', chosen);
  }
  if (mine.url) {
    asked.set('base', mine.url);
  }
  for (const { name } of valueInputs()) {
    if (mine[name]) {
      asked.set(name.toLowerCase(), mine[name]);
    }
  }
  if (form.elements.show.value === 'variables') {
    asked.set('show', 'variables');
  }
  const parts = [place, String(asked)].filter(Boolean);
  return parts.length ? '#' + parts.join('&') : location.pathname + location.search;
}

let readHash; // as it was when last read

// Writes the values into the address, later: browsers refuse many changes at once.
function keepAddress() {
  postpone('keepAddress', 300, () => {
    // Not if another address was typed meanwhile and has not been read yet.
    if (location.hash === readHash) {
      history.replaceState(null, '', addressOf(addressPlace()));
      readHash = location.hash;
    }
  });
}

// Scrolls to the place that the address leads to.
function goToPlace() {
  document.getElementById(addressPlace())?.scrollIntoView();
}

// Follows an address that has changed.
function followAddress() {
  const changed = takeAddress();
  if (changed) {
    clearSearch();
    showChosen();
  }
  if (changed || location.hash.includes('&')) {
    goToPlace();
  }
  keepAddress();
}

// Returns the last place that was scrolled to, if any.
function currentPlace() {
  if (scrollY <= 200) {
    return undefined;
  }
  return all('main [id]').findLast(element => element.offsetParent && element.getBoundingClientRect().top <= 130);
}

// Makes a link to another language lead to the current place.
function followLanguage({ currentTarget: link }) {
  remember('language', link.lang);
  link.hash = new URL(addressOf(currentPlace()?.id), location.href).hash;
}
