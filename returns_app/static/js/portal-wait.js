// While the label is being made, look again every few seconds and show it in its place.

const EVERY = 2000;
const MOST = 60;

async function look(times) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  const fresh = page?.querySelector("[data-label]");
  if (fresh && fresh.dataset.label !== "waiting") location.replace(location.pathname);
  else if (times < MOST) setTimeout(look, EVERY, times + 1);
}

setTimeout(look, EVERY, 1);
