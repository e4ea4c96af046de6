// The theme: light, dark, or the system's

const themes = ['system', 'light', 'dark'];

// Sets the theme. The style sheet shows the button's text for it.
function setTheme(theme) {
  root.dataset.theme = themes.includes(theme) ? theme : 'system';
}

// Goes on to the next theme and keeps it.
function nextTheme() {
  setTheme(themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length]);
  remember('theme', root.dataset.theme);
}
