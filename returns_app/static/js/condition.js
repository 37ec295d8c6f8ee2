// Judging: of the four proposals only the one for the chosen condition is shown.

function proposalOf(section) {
  const look = section.querySelector("input[name^=look-]:checked")?.value;
  const incomplete = section.querySelector("input[name^=complete-][value=no]:checked");
  return look && incomplete && look < "C" ? "C" : look;
}

function show(section) {
  const grade = proposalOf(section);
  for (const words of section.querySelectorAll("[data-proposals] [data-grade]")) {
    words.hidden = Boolean(grade) && words.dataset.grade !== grade;
  }
}

document.querySelectorAll("[data-judge]").forEach((section) => {
  section.addEventListener("change", () => show(section));
  show(section);
});
