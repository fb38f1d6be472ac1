// Chapters read and exercises solved: kept in this browser only, shown wherever a chapter is named.
import { $, $$, el, keep, kept } from "./dom.js";

const READ = "mle.read", SOLVED = "mle.solved";
const set = key => {
  try {
    return new Set(JSON.parse(kept(key)));
  } catch {
    return new Set();
  }
};
const save = (key, names) => {
  keep(key, JSON.stringify([...names]));
  progress();
};

export const solve = name => save(SOLVED, set(SOLVED).add(name));

const forget = () => {
  if (!confirm("Forget what you have read and solved?")) return;
  keep(READ);
  save(SOLVED, []);
};

// Only of chapters and exercises that there are still.
const chapters = (read, solved) => {
  for (const e of $$("[data-chapter]")) {
    const { chapter, exercises } = e.dataset, place = $(".solved", e);
    const count = Math.min(exercises, solved.filter(name => name.startsWith(chapter + "#")).length);
    if (place) place.textContent = count ? `${count} of ${exercises} exercises` : "";
    if (!e.matches(".card")) e.classList.toggle("done", read.has(chapter));
  }
  const count = $$(".map .done").length;
  for (const e of $$("[data-read-count]")) e.textContent = count ? `${count} of ${e.dataset.readCount} chapters read` : "";
};

export const progress = () => {
  const here = $(".card[data-chapter]")?.dataset.chapter + "#", mark = $(".mark-read"), key = $(".map-key"), read = set(READ);
  const solved = [...set(SOLVED)].filter(name => !name.startsWith(here) || document.getElementById(name.slice(here.length)));
  chapters(read, solved);
  for (const e of $$(".exercise[id]")) {
    $(".ex-solved", e)?.remove();
    if (solved.includes(here + e.id)) $(".ex-title .label", e)?.append(el("span", { className: "ex-solved", textContent: " · solved" }));
  }
  if (mark) {
    mark.hidden = false;
    mark.ariaPressed = read.has(mark.value);
    mark.onclick = () => {
      read.delete(mark.value) || read.add(mark.value);
      save(READ, read);
    };
  }
  if (key && (read.size || solved.length)) key.append(" ", el("button", { className: "forget", textContent: "Forget my progress", onclick: forget }));
};

// Another tab, or this one brought back by the back button.
addEventListener("storage", progress);
addEventListener("pageshow", e => e.persisted && progress());
