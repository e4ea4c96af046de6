// Printing: the whole page, as the browser's own command does, or its commands alone

// Prints what a button asks for. The style sheet makes a sheet of commands of the page while it has the class.
function printAsAsked({ currentTarget: button }) {
  root.classList.toggle('sheet', button.dataset.print === 'sheet');
  window.print();
}

// Ends the sheet: the next print is of the whole page again.
function endSheet() {
  root.classList.remove('sheet');
}
