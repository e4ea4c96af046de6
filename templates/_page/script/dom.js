// Helpers for elements, timers and kept values

const root = document.documentElement;

// Whether the browser's own search, and links, open what is hidden.
const canHideUntilFound = 'onbeforematch' in root;

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

// Shows an element, or hides it until it is found.
function setShown(element, shown) {
  if (Boolean(element.hidden) === shown) {
    element.hidden = shown ? false : 'until-found';
  }
}

const timers = {};

// Calls a function after `wait` ms, instead of the one that is waiting under this name.
function postpone(name, wait, action) {
  clearTimeout(timers[name]);
  timers[name] = setTimeout(action, wait);
}

// Calls a function once an element is parsed, before it is painted.
function whenParsed(selector, action) {
  const observer = new MutationObserver(check);
  function check() {
    const element = one(selector);
    if (element?.nextElementSibling) {
      observer.disconnect();
      document.removeEventListener('DOMContentLoaded', check);
      action(element);
    }
  }
  observer.observe(root, { childList: true, subtree: true });
  document.addEventListener('DOMContentLoaded', check);
}

// Keeps a value for the next visit.
function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // The browser does not allow it: the value is not kept.
  }
}

// Returns what was kept under a name, or null.
function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}
