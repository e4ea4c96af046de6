// Searching: hides what does not contain the words

const searchedParts =
  '.cell, .answer, .missing, .options, .backend, .guide, section:not(.backend) > dl > div, #_start > :not(.backend, h2)';
let searchIndex = null;
let scrolledBefore = 0;

// Reads the text of the sections, once.
function readSections() {
  searchIndex ??= all('main > section:not(#_overview)').map(section => ({
    section,
    title: [section.dataset.also, one('h2', section).textContent, one('h2 + p', section)?.textContent].join(' ').toLowerCase(),
    parts: all(searchedParts, section).map(part => ({
      part,
      ids: part.dataset.backend?.split(' '),
      text: [part.dataset.backend, part.textContent].join(' ').toLowerCase(),
    })),
  }));
  return searchIndex;
}

// Shows the sections with the words of the search; counts those of other backends.
function search() {
  const wanted = one('#_find').value.trim().toLowerCase();
  const elsewhere = {};
  let count = 0;
  if (!wanted && !searchIndex) {
    return;
  }
  // The matrix has the names of all endpoints: it would be found first.
  setShown(one('#_overview'), !wanted);
  for (const { section, title, parts } of readSections()) {
    let any = false;
    for (const { part, ids, text } of parts) {
      const found = title.includes(wanted) || text.includes(wanted);
      const here = !canHideUntilFound || !ids || chosen === 'all' || ids.includes(chosen);
      setShown(part, found && here);
      if (found && here) {
        any = true;
        count += 1;
      } else if (found && part.matches('.cell, .backend')) {
        elsewhere[ids[0]] = (elsewhere[ids[0]] || 0) + 1;
      }
    }
    setShown(section, any);
  }
  setText(one('#_found'), wanted ? searchResult(count, elsewhere) : '');
}

// Returns a sentence on what was found.
function searchResult(count, elsewhere) {
  const others = all('option', form.elements.backend)
    .filter(({ value }) => elsewhere[value])
    .map(({ value, text }) => `${text} ${elsewhere[value]}`);
  const result = count ? words.results.replace('{n}', count) : words.none;
  return result + (others.length ? words.elsewhere + others.join(words.comma) : '');
}

// Goes to the search field.
function startSearch() {
  const field = one('#_find');
  if (document.activeElement !== field) {
    scrolledBefore = scrollY;
  }
  field.select();
}

// Empties the search field.
function clearSearch() {
  one('#_find').value = '';
}

// Ends the search, and goes back to where it was begun.
function endSearch() {
  const field = one('#_find');
  if (document.activeElement !== field && !field.value) {
    return;
  }
  clearSearch();
  field.blur();
  search();
  if (scrolledBefore) {
    scrollTo(0, scrolledBefore);
  }
}
