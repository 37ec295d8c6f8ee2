// Counting a box: the steppers answer at once. Without this module each press asks the server, with the same result.

const number = (field) => Number.parseInt(field.value, 10) || 0;

/** How many more of a line may be counted. */
function left(line) {
  const counted = [...line.querySelectorAll("[data-stepper] input")].reduce((sum, field) => sum + number(field), 0);
  return Number(line.dataset.expected) - counted;
}

function show(line) {
  const here = line.querySelector("[data-stepper].received input");
  line.querySelector("[data-here]").textContent = number(here);
  line.classList.toggle("ready", number(here) === Number(line.dataset.expected));
  line.classList.toggle("over", left(line) < 0);
  for (const stepper of line.querySelectorAll("[data-stepper]")) {
    stepper.classList.toggle("set", number(stepper.querySelector("input")) > 0);
  }
  remember();
}

/** The form for extra items takes the counts along; confirming is possible as soon as something is counted. */
function remember() {
  const lines = [...document.querySelectorAll("[data-line]")];
  const of = (line, kind) => {
    const field = line.querySelector(`[data-stepper].${kind} input`);
    return field ? number(field) : 0;
  };
  const counts = lines.map((line) => ["received", "missing", "wrong"].map((kind) => of(line, kind)));
  const begun = counts.flat().some(Boolean);
  const kept = document.querySelector("[data-counts]");
  if (kept) kept.value = begun ? counts.map((line) => line.join(".")).join("-") : "";
  for (const key of document.querySelectorAll("[data-begun]")) {
    key.hidden = !begun;
    key.classList.replace("secondary", "primary");
  }
  for (const key of document.querySelectorAll("[data-unbegun]")) key.hidden = begun;
}

document.addEventListener("click", (event) => {
  const key = event.target.closest("[data-by]");
  if (!key) return;
  event.preventDefault();
  const line = key.closest("[data-line]");
  const field = key.closest("[data-stepper]").querySelector("input");
  const by = Number(key.dataset.by);
  if (number(field) + by < 0 || left(line) < by) return;
  field.value = number(field) + by;
  show(line);
});

document.addEventListener("input", (event) => {
  const line = event.target.closest("[data-stepper]") && event.target.closest("[data-line]");
  if (line) show(line);
});

remember();
