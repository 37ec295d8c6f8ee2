// The sum changes as soon as something is ticked. Without this it changes with the next page.

/** Ask for the sum of what is ticked now; the newest question wins. */
let newest = 0;

async function refresh(form, place) {
  const asked = ++newest;
  const answer = await fetch(form.dataset.sum, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (answer.ok && asked === newest) place.innerHTML = await answer.text();
}

for (const form of document.querySelectorAll("form[data-sum]")) {
  const place = document.querySelector("[data-sum-here]");
  if (place) form.addEventListener("change", () => refresh(form, place).catch(() => {}));
}
