// Explains each flag next to it

let explained = null; // the link whose flag is explained

// Returns the flag's link that an event came from, or null.
function flagLink(target) {
  return target.closest?.('.command a') ?? null;
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
  const [term, meaning] = document.getElementById(decodeURIComponent(link.hash.slice(1))).children;
  tip.replaceChildren(...term.cloneNode(true).childNodes, make('br'), ...meaning.cloneNode(true).childNodes);
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
  const links = all('a', link.closest('.command'));
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
