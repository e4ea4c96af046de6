// The address: #place&base=…&model=…; a key is never in it. On a page of several servers, backend=… says whose values these are.

const backendIds = root.dataset.backends.split(' ').filter(Boolean);

// Returns the id of the place that an address leads to, or ''.
function placeIn(hash) {
  const place = hash.slice(1).split('&')[0];
  if (place.includes('=')) {
    return '';
  }
  try {
    return decodeURIComponent(place);
  } catch {
    return place;
  }
}

// Returns the values in the address.
function addressValues() {
  return new URLSearchParams(location.hash.slice(1));
}

// Returns the backend of this page that the address names as that of the values, or by the place, as models.ollama.
function addressBackend() {
  const named = [addressValues().get('backend'), ...placeIn(location.hash).split('.')];
  return named.find(id => backendIds.includes(id));
}

// Returns the address of a place on this page, with the reader's values.
function addressOf(place) {
  const asked = new URLSearchParams();
  if (form) {
    const mine = values();
    if (backendIds.length > 1 && picked) {
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
      history.replaceState(null, '', addressOf(placeIn(location.hash)));
      readHash = location.hash;
    }
  });
}

// Goes to the place that the address leads to. An address that was made for a page on which everything stood may lead to another page
// now: #models.ollama&base=…, #models&backend=ollama, #backend=ollama, #models.ollama.answer.
function goToPlace() {
  const place = placeIn(location.hash);
  const namesOtherPage = !form && addressValues().has('backend');
  const element = namesOtherPage ? null : document.getElementById(place);
  const links = all('a[href*="#"]').filter(link => link.pathname !== location.pathname);
  const command = firstLink(links, wantedCommands(place));
  const server = firstLink(links, wantedServers(place));
  const near = placeNear(place);
  if (element) {
    show(element);
  } else if (command) {
    goToPage(command.href);
  } else if (near && !server) {
    show(near);
  } else if (place) {
    lookUp(place, server);
  } else if (server) {
    goToPage(server.href);
  }
}

// Returns the places of a command that an address may mean, best first.
function wantedCommands(place) {
  const [endpoint, server] = place.split('.');
  const servers = [server, addressValues().get('backend'), chosen].filter(Boolean);
  return place ? [...servers.map(id => `${endpoint}.${id}`), place] : [];
}

// Returns the places of the servers that an address names.
function wantedServers(place) {
  const [, server] = place.split('.');
  const servers = [addressValues().get('backend'), server].filter(Boolean);
  return servers.map(id => `_backend.${id}`);
}

// Returns the link to the first of the places to which one leads.
function firstLink(links, places) {
  const found = places.map(place => links.find(({ hash }) => placeIn(hash) === place));
  return found.find(Boolean);
}

// Returns what comes near to a place on this page: an endpoint alone is this server's; of a part that is gone, such as
// #models._options, the endpoint is left.
function placeNear(place) {
  const [endpoint] = place.split('.');
  return document.getElementById(`${endpoint}.${chosen}`) ?? document.getElementById(endpoint);
}

// Goes to a place that stands in the list of everything: a page does not have links to the commands of all groups. If the list does
// not have it, goes to the server that the address names, which may have it.
async function lookUp(place, server) {
  const asked = location.hash;
  try {
    await readEntries();
  } catch {
    // Without the list, nothing is found in it.
  }
  if (location.hash !== asked) {
    return; // Another address was typed meanwhile.
  }
  const links = (entries ?? []).map(({ address }) => new URL(address, location.href));
  const found = firstLink(links, wantedCommands(place)) ?? (server ? null : linkToEndpoint(links, place));
  if (found && found.pathname !== location.pathname) {
    goToPage(found.href);
  } else if (server) {
    goToPage(new URL(`#${place}`, server.href).href);
  }
}

// Returns the link to the command of the first server that has an endpoint. What begins with _ is no endpoint.
function linkToEndpoint(links, place) {
  const [endpoint] = place.split('.');
  return endpoint.startsWith('_') ? null : links.find(({ hash }) => hash.startsWith(`#${endpoint}.`));
}

// Goes to a place on another page, and takes the values of this address along.
function goToPage(href) {
  const asked = addressValues();
  asked.delete(location.hash.slice(1).split('&')[0]);
  asked.delete('backend');
  location.replace([href, String(asked)].filter(Boolean).join('&'));
}

// Follows an address that has changed.
function followAddress() {
  if (form) {
    takeAddress();
    fillForm();
    fillCommands();
    keepValues();
  }
  goToPlace();
  keepAddress();
}

// Returns the address of a link, with the reader's values if it leads to another page of the same server.
function withValues(link) {
  const place = placeIn(link.hash);
  if (!form || link.pathname === location.pathname || !place.split('.').includes(chosen)) {
    return link.href;
  }
  return new URL(addressOf(place), link.href).href;
}

// Has a link that is followed take the reader's values along; one to another server leads to the command that is looked at.
function takeValuesAlong({ target }) {
  const link = target.closest?.('a[href*="#"]');
  if (link?.closest('.menu')) {
    keepCommand(link);
  } else if (link) {
    link.href = withValues(link);
  }
}

// Has a link to a server lead to its command that is like the current one; a page without it begins at its top.
function keepCommand(link) {
  const [endpoint] = currentPlace.split('.');
  const [, backend] = placeIn(link.hash).split('.');
  const place = `${endpoint}.${backend}`;
  const isOnThisPage = link.pathname === location.pathname;
  if (document.getElementById(currentPlace)?.matches('.cell') && (!isOnThisPage || document.getElementById(place))) {
    link.hash = place;
  }
}

// Makes a link to another language lead to the current place.
function followLanguage({ currentTarget: link }) {
  remember('language', link.lang);
  link.hash = new URL(addressOf(currentPlace), location.href).hash;
}
