// Starting the page, and events that concern all of it

// Hides the other backends from the first paint on; showChosen() does so for good.
function hideOthersAtFirst() {
  const id = addressBackend() || backendIds[0] || 'all';
  if (canHideUntilFound && id !== 'all') {
    document.styleSheets[0].insertRule(`.loading [data-backend]:not([data-backend~="${id}"]) { display: none }`);
    root.classList.add('loading');
  }
}

// Closes what is open in the form, unless it holds an element.
function closeDetails(target) {
  for (const details of all('[open]', form)) {
    details.open = details.contains(target);
  }
}

// Handles the page's keyboard shortcuts.
function pressKey(event) {
  const { key, target } = event;
  const typing = target.matches('input, select, textarea');
  const link = flagLink(target);
  if (key === 'Escape') {
    explain(null);
    closeDetails(null);
    endSearch();
  } else if ((key === '/' && !typing) || (key === 'k' && (event.ctrlKey || event.metaKey))) {
    event.preventDefault();
    startSearch();
  } else if (link && moveAlongFlags(key, link)) {
    event.preventDefault();
  }
}

// Prepares for printing: all backends unless one was chosen, and no key.
function preparePrint() {
  root.classList.toggle('chosen', picked);
  forgetKey();
}

// Starts all that needs the complete page.
function startPage() {
  addCopyButtons();
  showChosen();
  root.classList.remove('loading');
  goToPlace();
  keepAddress();
  // The form covers the top of the window: targets of links are placed below it.
  new ResizeObserver(() => root.style.setProperty('--form-height', `${form.offsetHeight}px`)).observe(form);

  form.addEventListener('input', takeInput);
  one('#_find').addEventListener('input', () => postpone('search', 80, search));
  one('#_theme').addEventListener('click', nextTheme);
  for (const link of all('a.language')) {
    link.addEventListener('click', followLanguage);
  }
  document.addEventListener('pointerover', explainPointed);
  document.addEventListener('focusin', ({ target }) => explain(flagLink(target)));
  document.addEventListener('click', event => {
    explainTapped(event);
    closeDetails(event.target);
  });
  window.addEventListener('keydown', pressKey);
  window.addEventListener('hashchange', followAddress);
  window.addEventListener('beforeprint', preparePrint);
}

root.classList.add('js');
setTheme(remembered('theme'));
hideOthersAtFirst();
whenParsed('#_values', startForm);
document.addEventListener('DOMContentLoaded', startPage);
