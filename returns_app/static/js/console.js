// What the console gains where JavaScript runs: keys for lists, and a preview that follows the words.

const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

/** The links of a list's rows, from top to bottom. */
const rows = () => [...document.querySelectorAll("tr[data-row] .row-link")];

function go(step) {
  const links = rows();
  if (!links.length) return;
  const here = links.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(here + step, 0), links.length - 1);
  links[next].focus();
  links[next].closest("tr").scrollIntoView({ block: "nearest" });
}

function search() {
  const field = document.querySelector("input[type=search]");
  if (!field) return false;
  field.focus();
  field.select();
  return true;
}

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "/" && search()) event.preventDefault();
}

/** The words being typed stand in the preview as the shopper will read them. */
function mirror(event) {
  const field = event.target;
  for (const shown of field.form?.querySelectorAll(`[data-mirrors="${field.name}"]`) ?? []) {
    shown.dataset.empty ??= shown.textContent;
    shown.textContent = field.value.trim() || shown.dataset.empty;
  }
}

document.addEventListener("keydown", keys);
document.addEventListener("input", mirror);
for (const button of document.querySelectorAll("dialog .without-script")) button.hidden = true;
