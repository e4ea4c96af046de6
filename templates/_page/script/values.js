// The reader's values: for each backend its own, in the form those of the chosen one. They are kept while the tab is open; a key never is.

let form = null; // a page without commands has none
let chosen; // the id of a backend
let picked = false; // by the reader or the address
const backends = {}; // by id: what the form knows of it
const typed = {}; // by id: the base URL, how the key is sent, and a value for each variable

// Returns the values typed for the chosen backend.
function values() {
  return typed[chosen];
}

// Returns the form's inputs for parameters.
function valueInputs() {
  return all('[data-variable]', form);
}

// Returns what the form knows of the chosen backend.
function chosenBackend() {
  return backends[chosen];
}

// Reads what the form knows of the backends, and what is kept of their values.
function readBackends() {
  for (const { value: id, dataset } of all('data.backend', form)) {
    const isRequired = 'required' in dataset;
    backends[id] = { ...dataset, isRequired, defaults: JSON.parse(dataset.defaults) };
    const kept = keptValues(id);
    typed[id] = { url: '', ...kept, key: isRequired || kept.key === 'variable' ? 'variable' : 'none' };
  }
  form.elements.show.value = remembered(keptName('show'), 'sessionStorage') === 'variables' ? 'variables' : 'values';
}

// Returns the name under which a thing is kept: the pages of a folder share it, other sites' pages do not.
function keptName(what) {
  return `${new URL('.', location).pathname} ${what}`;
}

// Returns the values of a backend that this tab keeps.
function keptValues(id) {
  try {
    const kept = Object.entries(JSON.parse(remembered(keptName(id), 'sessionStorage')) ?? {});
    return Object.fromEntries(kept.filter(([, value]) => typeof value === 'string'));
  } catch {
    return {};
  }
}

// Keeps the values while the tab is open. Of a typed key, only that there was one.
function keepValues() {
  for (const id of backendIds) {
    const key = typed[id].key === 'typed' ? 'variable' : typed[id].key;
    remember(keptName(id), JSON.stringify({ ...typed[id], key }), 'sessionStorage');
  }
  remember(keptName('show'), form.elements.show.value, 'sessionStorage');
}

// Takes backend and values from the address.
function takeAddress() {
  readHash = location.hash;
  const asked = addressValues();
  const named = addressBackend();
  picked ||= Boolean(named);
  chooseBackend(named || chosen || backendIds[0]);
  if (asked.has('base')) {
    values().url = asked.get('base');
  }
  for (const input of valueInputs()) {
    const name = input.name.toLowerCase();
    if (asked.has(name)) {
      values()[input.name] = asked.get(name);
    }
  }
  if (asked.has('show')) {
    form.elements.show.value = asked.get('show') === 'variables' ? 'variables' : 'values';
  }
}

// Chooses whose values the form holds.
function chooseBackend(id) {
  if (id !== chosen) {
    forgetKey();
    chosen = id;
  }
}

// Fills the form with the chosen backend's values.
function fillForm() {
  const { url, key } = form.elements;
  const about = chosenBackend();
  url.placeholder = about.url;
  url.value = values().url;
  for (const input of valueInputs()) {
    input.closest('label').hidden = !(input.name in about.defaults);
    input.placeholder = about.defaults[input.name] || '';
    input.value = values()[input.name] || '';
  }
  key.closest('label').hidden = !about.key;
  key.options[0].hidden = about.isRequired;
  key.options[1].textContent = '$' + (about.key || '');
  key.value = values().key;
  showSecret();
  setText(one('#_warn'), warnings().join(' '));
}

// Shows the field for a key if one is to be typed; else forgets it.
function showSecret() {
  const { key, secret } = form.elements;
  const typing = key.value === 'typed';
  secret.closest('label').hidden = !typing;
  if (!typing) {
    secret.value = '';
  }
}

// Takes a typed key out of the form and of all commands.
function forgetKey() {
  if (form?.elements.key.value === 'typed') {
    form.elements.key.value = 'variable';
    values().key = 'variable';
    showSecret();
    fillCommands();
  }
}

// Takes what the reader typed or chose in the form. The command that is being looked at stays in its place.
function takeInput({ target }) {
  const { url, key } = form.elements;
  picked = true;
  if (target === url) {
    values().url = url.value.trim();
  } else if (target === key) {
    values().key = key.value;
  } else if (valueInputs().includes(target)) {
    values()[target.name] = target.value;
  }
  showSecret();
  setText(one('#_warn'), warnings().join(' '));
  keepInPlace(commandInView(), fillCommands);
  keepValues();
  keepAddress();
}

// Opens the form over the page, where there is no place for it at the top; a second time closes it.
function toggleForm() {
  const isOpen = form.classList.toggle('open');
  one('.to-values').ariaExpanded = isOpen;
  closeContents();
}

function closeForm() {
  if (form?.classList.contains('open')) {
    toggleForm();
  }
}
