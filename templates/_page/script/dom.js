// Helpers for elements, timers and kept values

const root = document.documentElement;

// Returns the first element that matches, or null.
function one(selector, within = document) {
  return within.querySelector(selector);
}

// Returns all elements that match, as an array.
function all(selector, within = document) {
  return [...within.querySelectorAll(selector)];
}

// Makes an element with these properties.
function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

// Sets an element's text. The same text keeps its selection.
function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

// Shows an element, or hides it until the browser's own search finds it.
function setShown(element, shown) {
  if (Boolean(element.hidden) === shown) {
    element.hidden = shown ? false : 'until-found';
  }
}

// Tells whether an element has been read to its end: something follows it, or the page is complete.
function isWhole(element) {
  for (let node = element; node; node = node.parentNode) {
    if (node.nextSibling) {
      return true;
    }
  }
  return document.readyState !== 'loading';
}

const timers = {};

// Calls a function after `wait` ms, instead of the one that is waiting under this name.
function postpone(name, wait, action) {
  clearTimeout(timers[name]);
  timers[name] = setTimeout(action, wait);
}

// Returns how much of the window's top the band covers.
function bandHeight() {
  const band = one('.band');
  return getComputedStyle(band).position === 'sticky' ? band.offsetHeight : 0;
}

// Does what changes the page's height, and keeps an element where it is in the window.
function keepInPlace(element, change) {
  const before = element?.getBoundingClientRect().top;
  change();
  if (element) {
    scrollBy({ top: element.getBoundingClientRect().top - before, behavior: 'instant' });
  }
}

// Keeps a value: for later visits, or with `sessionStorage` for this tab alone.
function remember(name, value, storage = 'localStorage') {
  try {
    window[storage].setItem(name, value);
  } catch {
    // The browser does not allow it: the value is not kept.
  }
}

// Returns what was kept under a name, or null.
function remembered(name, storage = 'localStorage') {
  try {
    return window[storage].getItem(name);
  } catch {
    return null;
  }
}
