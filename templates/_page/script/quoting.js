// The shell's quoting, as generator/bash.py does it (POSIX 2.2.2; Bash manual 3.1.2.4)

const controlCharacters = /[\0-\x08\x0b-\x1f\x7f]/g;
const unseenCharacters = /[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

// Returns a text as it stands between single quotes.
function insideQuotes(text) {
  return text.replace(/'/g, `'"'"'`);
}

// Returns a text as one word of the shell.
function shellWord(text) {
  if (/^[\w@%+=:,./-]+$/.test(text)) {
    return text;
  }
  if (text.search(controlCharacters) < 0) {
    return `'${insideQuotes(text)}'`;
  }
  const escaped = text
    .replace(/[\\']/g, '\\$&')
    .replace(controlCharacters, letter => '\\' + letter.charCodeAt().toString(8).padStart(3, '0'));
  return `$'${escaped}'`;
}

// Returns one word of the shell: a text, and behind it the value of a variable.
function shellVariable(before, name) {
  return /[\\$`"!]/.test(before) ? `${shellWord(before)}"$${name}"` : `"${before}$${name}"`;
}

// Returns a text as it stands between the quotes of a JSON string.
function insideJson(text) {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(unseenCharacters, letter => '\\u' + letter.charCodeAt().toString(16).padStart(4, '0'));
}
