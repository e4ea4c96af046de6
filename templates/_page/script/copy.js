// Copying

// Copies the command beside a button.
function copyBeside(button) {
  const name = button.ariaLabel.replace(/^[^:：]*[:：] ?/, '');
  copy(one('.command', button.parentElement).textContent.trimEnd(), button, words.copied, name);
}

// Copies the address of a cell, with the reader's values and without a key.
function shareCell(cell) {
  const link = new URL(addressOf(cell.id), location.href).href;
  copy(link, one('.share', cell), words.linked, cell.dataset.title);
}

// Has screen readers announce a text, also if it is the same as before.
function announce(text) {
  const said = one('#_said');
  setText(said, '');
  postpone('announce', 20, () => setText(said, text));
}

// Copies a text, and says so on the button and to screen readers.
async function copy(text, button, done, name) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (!copyFromField(text, button)) {
      announce(words.failed);
      return;
    }
  }
  announce(done + words.colon + name);
  button.dataset.label ??= button.textContent;
  button.textContent = done;
  setTimeout(() => {
    button.textContent = button.dataset.label;
  }, 2000);
}

// Copies a text without the clipboard API; where that fails, selects it and returns false.
function copyFromField(text, button) {
  const field = make('textarea', { value: text, readOnly: true, ariaLabel: words.failed });
  one('#_said').before(field);
  field.select();
  if (document.execCommand('copy')) {
    field.remove();
    button.focus({ preventScroll: true });
    return true;
  }
  field.className = 'shown';
  field.addEventListener('blur', () => field.remove());
  field.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') {
      button.focus();
    }
  });
  return false;
}
