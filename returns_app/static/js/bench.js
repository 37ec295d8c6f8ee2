// The bench: sounds the last answer, keeps the field ready for the scanner, lets one code in two seconds count once.
import { play, setSound, soundIsOn } from "./tones.js";

const TWICE_WITHIN = 2000;
const field = () => document.querySelector("[data-scan] input:not([type=hidden])");

/** Kept over the change of pages, which each scan is. */
const LAST = "bench-last-scan";

/** A scanner types wherever the focus is: bring it back unless a person is writing elsewhere or a dialog is open. */
function ready() {
  const busy = document.activeElement?.matches("input, textarea, select") || document.querySelector("dialog[open]");
  if (!busy) field()?.focus({ preventScroll: true });
}

function dropRepeat(event) {
  const another = event.submitter?.name || event.submitter?.hasAttribute("formaction");
  if (another || !event.target.matches("[data-scan]")) return;
  const code = field().value.trim().toUpperCase();
  const now = Date.now();
  const last = JSON.parse(sessionStorage.getItem(LAST) ?? "{}");
  if (code && code === last.code && now - last.at < TWICE_WITHIN) {
    event.preventDefault();
    event.stopImmediatePropagation();
    field().select();
    return;
  }
  sessionStorage.setItem(LAST, JSON.stringify({ code, at: now }));
}

function answer() {
  const band = document.querySelector("[data-tone]");
  if (band) play(band.dataset.tone);
  field()?.select();
  ready();
}

function showSound() {
  const button = document.querySelector("[data-sound]");
  if (!button) return;
  button.hidden = false;
  button.setAttribute("aria-pressed", String(soundIsOn()));
  button.addEventListener("click", () => {
    setSound(!soundIsOn());
    button.setAttribute("aria-pressed", String(soundIsOn()));
    play("success");
    ready();
  });
}

document.addEventListener("submit", dropRepeat, { capture: true });
document.addEventListener("htmx:afterSettle", answer);
document.addEventListener("click", () => setTimeout(ready, 0));
addEventListener("focus", ready);
showSound();
answer();
