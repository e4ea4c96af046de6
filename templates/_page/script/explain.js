// Explains each flag next to it

let explained = null; // the link whose flag is explained

// Returns the flag's link that an event came from, or null.
function flagLink(target) {
  return target.closest?.('.command a, .filter a') ?? null;
}

// Returns copies of what the page says of a flag: what it is called, and what it means.
function explanationOf(link) {
  const [term, meaning] = document.getElementById(placeIn(link.hash)).cloneNode(true).children;
  return [[...term.childNodes], [...meaning.childNodes]];
}

// Explains all of a cell's command beside it; a second time ends that.
function explainAll(cell) {
  const button = one('.explain', cell);
  const isExplained = cell.classList.toggle('explained');
  button.ariaExpanded = isExplained;
  button.textContent = isExplained ? words.hide : words.explain;
  button.ariaLabel = button.textContent + words.colon + cell.dataset.title;
  keepInPlace(one('.command', cell), () => showExplanation(cell));
}

// Shows what a cell's command is explained by, as it stands now, if the reader asked for it.
function showExplanation(cell) {
  one('.explanation', cell)?.remove();
  if (cell.classList.contains('explained')) {
    const command = one('.command', cell);
    command.parentElement.after(explanationOfAll(command));
  }
}

// Returns a list of what a command's flags mean, each once, and gives the flags the numbers of the list.
function explanationOfAll(command) {
  const list = make('dl', { className: 'explanation' });
  const numbers = new Map();
  for (const link of all('a', command)) {
    if (!numbers.has(link.hash)) {
      numbers.set(link.hash, numbers.size + 1);
      list.append(explanationRow(numbers.size, link));
    }
    link.dataset.n = numbers.get(link.hash);
  }
  return list;
}

// Returns a row of that list: a number, what the flag is called, and what it means.
function explanationRow(number, link) {
  const [term, meaning] = explanationOf(link);
  const row = make('div', {});
  const name = make('dt', {});
  const text = make('dd', {});
  name.append(make('b', { className: 'number', textContent: number }), ' ', ...term);
  text.append(...meaning);
  row.append(name, text);
  return row;
}

// Explains a flag beside its link; null ends that.
function explain(link) {
  const tip = one('#_tip');
  clearTimeout(timers.leaveTip);
  if (link === explained) {
    return;
  }
  explained?.removeAttribute('aria-describedby');
  explained = link;
  tip.hidden = !link;
  if (!link) {
    return;
  }
  const [term, meaning] = explanationOf(link);
  tip.replaceChildren(...term, make('br'), ...meaning);
  link.setAttribute('aria-describedby', '_tip');
  placeTip(tip, link.getBoundingClientRect());
}

// Puts the explanation above its link, or below if there is no room.
function placeTip(tip, { left, top, bottom }) {
  const margin = 12;
  const gap = 6;
  const rightmost = root.clientWidth - tip.offsetWidth - margin;
  const above = top - tip.offsetHeight - gap;
  tip.style.left = `${Math.max(margin, Math.min(left, rightmost)) + scrollX}px`;
  tip.style.top = `${(above < gap ? bottom + gap : above) + scrollY}px`;
}

// Explains the flag under the pointer, which may move onto the explanation (WCAG 1.4.13).
function explainPointed({ target, pointerType }) {
  const link = flagLink(target);
  if (link && pointerType !== 'touch') {
    explain(link);
  } else if (one('#_tip').contains(target)) {
    clearTimeout(timers.leaveTip);
  } else if (explained && explained !== document.activeElement) {
    postpone('leaveTip', 250, () => explain(null));
  }
}

// Explains a flag that is tapped, instead of following its link.
function explainTapped(event) {
  const link = flagLink(event.target);
  if (link) {
    event.preventDefault();
  }
  if (!one('#_tip').contains(event.target)) {
    explain(link);
  }
}

// Moves along a command's flags. Returns whether the key does that.
function moveAlongFlags(key, link) {
  const links = all('a', link.closest('pre'));
  const at = links.indexOf(link);
  const next = { ArrowLeft: links[at - 1], ArrowRight: links[at + 1], Home: links[0], End: links.at(-1) }[key];
  if (!next) {
    return false;
  }
  link.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
  return true;
}
