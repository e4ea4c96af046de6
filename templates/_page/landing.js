// Redirects to the language that was chosen here before, else to the browser's first one if there is a page in it.
// With #choose in the address it does not redirect.
'use strict';
{
  const links = [...document.querySelectorAll('a[hreflang]')];

  // Returns the link to the page in a language, if there is one.
  function linkTo(tag) {
    const language = String(tag).split('-')[0].toLowerCase();
    return links.find(link => link.hreflang.split('-')[0] === language);
  }

  // Returns the language chosen before, or null.
  function chosenBefore() {
    try {
      return localStorage.getItem('language');
    } catch {
      return null;
    }
  }

  // Keeps the chosen language for the next visit, if the browser allows it, and the place in the address.
  function choose({ currentTarget: link }) {
    link.hash = location.hash === '#choose' ? '' : location.hash;
    try {
      localStorage.setItem('language', link.hreflang);
    } catch {
      // Then the choice is not kept.
    }
  }

  for (const link of links) {
    link.addEventListener('click', choose);
  }
  const next = linkTo(chosenBefore()) || linkTo(navigator.language);
  if (next && location.hash !== '#choose') {
    location.replace(next.href + location.hash);
  }
}
