// Answers: one filter at a time, and the command that prints what it finds

const firstReadings = new WeakMap(); // of a cell, what stands behind curl at first

// Shows what the chosen filter prints, and puts that filter into the command.
function choose(radio) {
  const cell = radio.closest('.cell');
  const steps = all('.step', cell);
  const step = steps[Number(radio.value)];
  keepInPlace(radio, () => {
    for (const other of steps) {
      setShown(other, other === step);
    }
    putReading(cell, one('.filter', step), step === steps[0]);
  });
}

// Puts a filter behind curl in a cell's command; null takes it out. The first one is what the command holds by itself.
function putReading(cell, filter, isFirst) {
  const reading = one('.command .reading', cell);
  if (!reading) {
    return;
  }
  if (!firstReadings.has(cell)) {
    firstReadings.set(cell, [...reading.childNodes]);
  }
  const copied = filter ? [...(one('.reading', filter) ?? filter).cloneNode(true).childNodes] : [];
  reading.replaceChildren(...(isFirst ? firstReadings.get(cell) : copied));
  showExplanation(cell);
}

// Chooses the filter of a step that the browser's own search has found.
function chooseFound({ target }) {
  const step = target.closest('.step');
  if (step) {
    const radio = all('.chooser input', step.parentElement)[all('.step', step.parentElement).indexOf(step)];
    radio.checked = true;
    choose(radio);
  }
}
