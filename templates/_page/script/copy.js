// Copying

// Gives each command a button, named for what it copies.
function addCopyButtons() {
  const counts = {};
  for (const host of all('.cell > header, .rung, .block, .right > figcaption')) {
    const name = nameOfCommand(host);
    counts[name] = (counts[name] || 0) + 1;
    const number = counts[name] > 1 ? ` ${counts[name]}` : '';
    const button = make('button', {
      type: 'button',
      className: 'copy',
      textContent: words.copy,
      ariaLabel: words.copy + words.colon + name + number,
    });
    button.addEventListener('click', () => copy(commandAt(host), button, name));
    if (host.matches('.block')) {
      host.prepend(button);
    } else {
      host.append(button);
    }
  }
}

// Returns a command's name: its label, its backends and the heading.
function nameOfCommand(host) {
  const label = host.matches('.block') ? host.previousElementSibling : host.firstElementChild || host;
  const section = host.closest('.endpoint, .backend, .guide, main > section');
  const heading = one('h2, h3', section).firstChild.textContent;
  const names = [label.textContent.replace(/[:：]$/, ''), host.closest('.answer')?.dataset.names, heading];
  return names.filter(Boolean).join(words.comma);
}

// Returns the command at a place; a filter stands behind the backend's command.
function commandAt(host) {
  const answer = host.closest('.answer');
  if (!answer) {
    return one('.command', host.closest('.cell, .block, figure')).textContent;
  }
  const ids = answer.dataset.backend.split(' ');
  const id = ids.includes(chosen) ? chosen : ids[0];
  const command = one(`[data-backend="${id}"] .command`, answer.parentElement).cloneNode(true);
  const reading = one('.reading', command);
  if (reading) {
    reading.textContent = one('.step', host.parentElement).textContent;
  }
  return command.textContent.trimEnd();
}

// Has screen readers announce a text, also if it is the same as before.
function announce(text) {
  const said = one('#_said');
  setText(said, '');
  postpone('announce', 20, () => setText(said, text));
}

// Copies a text, and says so on the button and to screen readers.
async function copy(text, button, name) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (!copyFromField(text, button)) {
      announce(words.failed);
      return;
    }
  }
  announce(words.copied + words.colon + name);
  button.textContent = words.copied;
  setTimeout(() => {
    button.textContent = words.copy;
  }, 2000);
}

// Copies a text without the clipboard API; where that fails, selects it and returns false.
function copyFromField(text, button) {
  const field = make('textarea', { value: text, readOnly: true, ariaLabel: words.failed });
  one('#_said').before(field);
  field.select();
  if (document.execCommand('copy')) {
    field.remove();
    button.focus();
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
