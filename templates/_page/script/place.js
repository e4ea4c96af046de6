// The current place: what the reader looks at, marked in the contents and named in the title

const pageTitle = document.title;
let currentPlace = '';
let contentsLinks = new Map(); // the links of the contents, by the ids of their places

// Reads the contents, once.
function readContents() {
  for (const link of all('.contents a[href^="#"]')) {
    contentsLinks.set(placeIn(link.hash), link);
  }
}

// Returns the last place of the contents that has come up to the top of the window.
function placeInView() {
  const line = bandHeight() + Math.min(160, innerHeight / 4);
  const target = document.getElementById(placeIn(location.hash));
  if (target && contentsLinks.has(target.id)) {
    const { top } = target.getBoundingClientRect();
    // Near the end of the page, a place that was gone to can't come up to the top.
    if (top >= 0 && top < innerHeight - 60 && atEnd()) {
      return target.id;
    }
  }
  let found = '';
  for (const id of contentsLinks.keys()) {
    const element = document.getElementById(id);
    if (element && element.getBoundingClientRect().top <= line) {
      found = id;
    }
  }
  return found;
}

// Tells whether the page is scrolled to its end.
function atEnd() {
  return scrollY + innerHeight >= root.scrollHeight - 2;
}

// Marks the current place in the contents, and names it in the title.
function markPlace() {
  const place = placeInView();
  if (place === currentPlace) {
    return;
  }
  contentsLinks.get(currentPlace)?.removeAttribute('aria-current');
  currentPlace = place;
  const link = contentsLinks.get(place);
  followServer(document.getElementById(place));
  const title = document.getElementById(place)?.dataset.title;
  document.title = title ? `${title} · ${pageTitle}` : pageTitle;
  if (link) {
    link.setAttribute('aria-current', 'location');
    openAround(link);
    keepInContents(link);
  }
}

// On a page of several servers, has the form hold the values of the one that the reader looks at, and its button name it.
function followServer(place) {
  if (backendIds.length < 2) {
    return;
  }
  const id = place ? backendOf(place) : undefined;
  const button = one('.menu summary');
  originalText(button);
  setText(button, id ? one(`data.backend[value="${id}"]`).textContent : originalText(button));
  if (id && id !== chosen) {
    chooseBackend(id);
    fillForm();
  }
}

// Opens what an element is in.
function openAround(element) {
  for (let details = element.closest('details'); details; details = details.parentElement.closest('details')) {
    details.open = true;
  }
}

// Scrolls the contents, and nothing else, so that a link is seen.
function keepInContents(link) {
  const contents = one('.contents');
  const { top, bottom } = link.getBoundingClientRect();
  const frame = contents.getBoundingClientRect();
  if (top < frame.top || bottom > frame.bottom) {
    contents.scrollTop += top - frame.top - frame.height / 3;
  }
}

// Returns the command that the reader looks at: the first whose beginning is seen, in the current cell if it has one there.
function commandInView() {
  const top = bandHeight();
  const isSeen = command => {
    const { top: start } = command.getBoundingClientRect();
    return start >= top && start < innerHeight;
  };
  const commands = all('.command').filter(command => one('var', command));
  const current = commands.filter(command => command.closest('.cell')?.id === currentPlace);
  return [...current, ...commands].find(isSeen);
}

// Shows a place, opening what it is in, and gives it the focus if it takes it.
function show(element) {
  const step = element.closest('.step[hidden]');
  if (step) {
    chooseFound({ target: step });
  }
  openAround(element);
  if (element.matches('details')) {
    element.open = true;
  }
  element.scrollIntoView({ behavior: 'instant', block: 'start' });
  element.focus({ preventScroll: true });
  closeContents();
  markPlace();
}

// Returns the cell in which the focus is, or null: keys of a single letter work there alone (WCAG 2.1.4).
function cellInFocus() {
  return document.activeElement?.closest('.cell') ?? null;
}

// Goes to the contents. Where there is no column for them, opens them over the page, and a second time closes them.
function toggleContents(event) {
  const contents = one('.contents');
  const hasColumn = getComputedStyle(contents).position === 'sticky';
  event.preventDefault();
  closeForm();
  if (hasColumn || contents.classList.toggle('open')) {
    (one('[aria-current]', contents) ?? one('a', contents)).focus();
  }
}

function closeContents() {
  one('.contents').classList.remove('open');
}
