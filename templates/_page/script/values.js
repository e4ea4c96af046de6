// The reader's values: what the form holds, for each backend its own

let form;
let chosen; // the id of a backend, or all
let picked = false; // by the reader or the address
let defaults = {}; // of the chosen backend's variables
const typed = Object.fromEntries(backendIds.map(id => [id, {}]));

// Returns the values typed for the chosen backend.
function values() {
  return typed[chosen] || {};
}

// Returns the form's inputs for parameters.
function valueInputs() {
  return all('[data-variable]', form);
}

// Returns what the form knows of the chosen backend.
function chosenBackend() {
  return all('option', form.elements.backend).find(option => option.value === chosen).dataset;
}

// Takes the form as soon as it is parsed, and fills it in.
function startForm(element) {
  form = element;
  takeAddress();
  fillForm();
}

// Takes backend and values from the address. Returns whether it asks for some.
function takeAddress() {
  readHash = location.hash;
  const asked = addressValues();
  const named = addressBackend();
  const id = named || chosen || backendIds[0] || 'all';
  const changed = id !== chosen || asked.has('backend');
  picked ||= Boolean(named);
  if (changed && chosen) {
    forgetKey();
  }
  chosen = id;
  if (typed[id] && asked.has('backend')) {
    for (const input of valueInputs()) {
      const name = input.name.toLowerCase();
      if (asked.has(name)) {
        typed[id][input.name] = asked.get(name);
      }
    }
    if (asked.has('base')) {
      typed[id].url = asked.get('base');
    }
    form.elements.show.value = asked.get('show') || 'values';
  }
  return changed;
}

// Fills the form with the chosen backend's values.
function fillForm() {
  const { backend, url, key } = form.elements;
  const about = chosenBackend();
  const asksForKey = 'required' in about;
  defaults = JSON.parse(about.defaults || '{}');
  backend.value = chosen;
  url.placeholder = about.url || '';
  url.value = values().url || '';
  for (const input of valueInputs()) {
    input.closest('label').hidden = !(input.name in defaults);
    input.placeholder = defaults[input.name] || '';
    input.value = values()[input.name] || '';
  }
  key.closest('label').hidden = !about.key;
  key.options[0].hidden = asksForKey;
  key.options[1].textContent = '$' + (about.key || '');
  key.value = asksForKey ? 'variable' : 'none';
  showSecret();
  form.classList.toggle('all', !about.url);
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
  if (form.elements.key.value === 'typed') {
    form.elements.key.value = 'variable';
    showSecret();
    fillCommands();
  }
}

// Shows what belongs to the chosen backend, and hides what belongs to others.
function showChosen() {
  const alone = canHideUntilFound && chosen !== 'all';
  fillForm();
  for (const element of all('[data-backend]')) {
    setShown(element, !alone || element.dataset.backend.split(' ').includes(chosen));
  }
  for (const link of all('.contents .endpoint a')) {
    const section = document.getElementById(link.hash.slice(1));
    const any = one('[data-backend]:not([hidden])', section) !== null;
    setShown(section, any);
    setShown(link.parentElement, any);
  }
  fillCommands();
  search();
}

// Chooses another backend. What the reader looks at stays in its place.
function chooseBackend(id) {
  const place = currentPlace();
  const before = place?.getBoundingClientRect().top;
  forgetKey();
  chosen = id;
  showChosen();
  if (place?.hidden) {
    scrollBy(0, place.closest('main > section').getBoundingClientRect().top - 130);
  } else if (place) {
    scrollBy(0, place.getBoundingClientRect().top - before);
  }
}

// Takes what the reader typed or chose in the form.
function takeInput({ target }) {
  const { backend, url } = form.elements;
  picked = true;
  if (target === backend) {
    chooseBackend(backend.value);
  } else if (target === url) {
    values().url = url.value.trim();
  } else if (valueInputs().includes(target)) {
    values()[target.name] = target.value;
  }
  showSecret();
  fillCommands();
  keepAddress();
}
