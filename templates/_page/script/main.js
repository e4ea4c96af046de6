// Starting the page, and events that concern all of it

// Closes the menus that are open, and the form where it lies over the page, unless one holds an element.
function closeMenus(target) {
  const isInForm = Boolean(target?.closest('.values.open, .to-values'));
  for (const details of all('.band details[open]')) {
    details.open = details.contains(target) || (isInForm && details.matches('.values details'));
  }
  if (!isInForm) {
    closeForm();
  }
}

// What keys of a single letter do in a cell that has the focus.
const cellKeys = {
  c: cell => copyBeside(one('.copy', cell)),
  e: explainAll,
  l: shareCell,
};

// Handles the page's keyboard shortcuts.
function pressKey(event) {
  const { key, target } = event;
  const inText = target.matches('input:not([type=radio]), textarea');
  const typing = inText || target.matches('select'); // where letters choose
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const cell = cellInFocus();
  const link = flagLink(target);
  if (key === 'Escape') {
    explain(null);
    closeMenus(null);
    closeContents();
  } else if ((key === '/' && plain && !inText) || (key === 'k' && (event.ctrlKey || event.metaKey))) {
    event.preventDefault();
    openPalette();
  } else if (link && moveAlongFlags(key, link)) {
    event.preventDefault();
  } else if (cell && plain && !typing && cellKeys[key]) {
    event.preventDefault();
    cellKeys[key](cell);
  }
}

// Handles clicks on the buttons of cells.
function clickButton({ target }) {
  const button = target.closest('button');
  if (button?.matches('.copy')) {
    copyBeside(button);
  } else if (button?.matches('.share')) {
    shareCell(button.closest('.cell'));
  } else if (button?.matches('.explain')) {
    explainAll(button.closest('.cell'));
  }
}

// Marks the place where the reader is, once for each frame.
let marking = false;
function markPlaceSoon() {
  if (!marking) {
    marking = true;
    requestAnimationFrame(() => {
      marking = false;
      markPlace();
    });
  }
}

// Starts the form as soon as it has arrived, and puts the reader's values into the commands as they come.
function startForm() {
  const arriving = one('#_values');
  if (!form && arriving && isWhole(arriving)) {
    form = arriving;
    readBackends();
    takeAddress();
    fillForm();
    form.classList.add('ready');
    form.addEventListener('input', takeInput);
  }
  if (form) {
    fillArrived();
  }
}

// Does what the form needs the complete page for.
function finishForm() {
  setText(one('#_warn'), warnings().join(' '));
  keepValues();
  one('.to-values').addEventListener('click', toggleForm);
  // The band covers the top of the window: places are shown below it.
  new ResizeObserver(() => root.style.setProperty('--band-height', `${bandHeight()}px`)).observe(one('.band'));
}

// Starts all that needs the complete page.
function startPage() {
  arriving.disconnect();
  startForm();
  readContents();
  goToPlace();
  keepAddress();
  markPlace();
  startPalette();
  if (form) {
    finishForm();
  }
  one('#_theme').addEventListener('click', nextTheme);
  one('.to-contents').addEventListener('click', toggleContents);
  for (const link of all('a.language')) {
    link.addEventListener('click', followLanguage);
  }
  for (const button of all('[data-print]')) {
    button.addEventListener('click', printAsAsked);
  }
  document.addEventListener('pointerover', explainPointed);
  document.addEventListener('focusin', ({ target }) => explain(flagLink(target)));
  document.addEventListener('change', ({ target }) => {
    if (target.matches('.chooser input')) {
      choose(target);
    }
  });
  document.addEventListener('beforematch', chooseFound);
  document.addEventListener('click', event => {
    takeValuesAlong(event);
    explainTapped(event);
    closeMenus(event.target);
    clickButton(event);
  });
  window.addEventListener('keydown', pressKey);
  window.addEventListener('hashchange', followAddress);
  window.addEventListener('scroll', markPlaceSoon, { passive: true });
  window.addEventListener('beforeprint', forgetKey);
  window.addEventListener('afterprint', endSheet);
}

root.classList.add('js');
setTheme(remembered('theme'));
const arriving = new MutationObserver(startForm);
arriving.observe(document, { childList: true, subtree: true });
document.addEventListener('DOMContentLoaded', startPage);
