// What every page gains where JavaScript runs. Nothing here is needed to get through a page.

/** A form sent once stays busy until the answer comes, so that a second click sends nothing. */
function keepBusy(event) {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method !== "post" || event.defaultPrevented) return;
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
}

/** Coming back by the browser's own button, the form must be free again. */
function freeForms() {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
}

function openOrClose(event) {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.opens).showModal();
  }
  const closer = event.target.closest("[data-closes]");
  if (closer && closer.closest("dialog").open) {
    event.preventDefault();
    closer.closest("dialog").close();
  }
  if (event.target.closest("[data-dismiss]")) event.target.closest("[data-toast]").remove();
}

/** A link that acts as a button answers the space bar too. */
function pressBySpace(event) {
  if (event.key !== " " || !event.target.matches("a[role=button]")) return;
  event.preventDefault();
  event.target.click();
}

function count(event) {
  const line = document.querySelector(`[data-count-of="${event.target.id}"]`);
  if (line) line.textContent = line.dataset.words.replace("{left}", event.target.maxLength - event.target.value.length);
}

/** Photos show as soon as they are chosen. */
function showChosen(event) {
  const list = event.target.closest("[data-files]")?.querySelector("[data-chosen]");
  if (!list) return;
  list.replaceChildren(
    ...[...event.target.files].map((file) => {
      const entry = document.createElement("li");
      if (!file.type.startsWith("image/")) entry.textContent = file.name;
      else entry.append(pictureOf(file));
      return entry;
    }),
  );
}

/** Drawn on a canvas, which needs no address of its own and so no hole in the content policy. */
function pictureOf(file) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 192, height: 192 });
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", file.name);
  createImageBitmap(file).then(
    (picture) => {
      const side = Math.min(picture.width, picture.height);
      const [left, top] = [(picture.width - side) / 2, (picture.height - side) / 2];
      canvas.getContext("2d").drawImage(picture, left, top, side, side, 0, 0, 192, 192);
    },
    () => canvas.replaceWith(file.name),
  );
  return canvas;
}

/** The console's menu is open on a wide screen and a button on a phone. */
function fitMenu() {
  const wide = matchMedia("(min-width: 52rem)");
  const fit = () => document.querySelectorAll("[data-menu]").forEach((menu) => (menu.open = wide.matches));
  wide.addEventListener("change", fit);
  fit();
}

document.addEventListener("submit", keepBusy);
document.addEventListener("click", openOrClose);
document.addEventListener("keydown", pressBySpace);
document.addEventListener("input", count);
document.addEventListener("change", showChosen);
addEventListener("pageshow", freeForms);
document.querySelectorAll("[data-dismiss]").forEach((button) => (button.hidden = false));
document.querySelector("[data-focus]")?.focus();
fitMenu();
