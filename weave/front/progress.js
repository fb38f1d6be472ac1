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
  if (!confirm("Forget which chapters you have read and which exercises you have solved?")) return;
  keep(READ);
  save(SOLVED, []);
};

const chapters = (read, solved) => {
  for (const e of $$("[data-chapter]")) {
    const count = solved.filter(name => name.startsWith(e.dataset.chapter + "#")).length, place = $(".solved", e);
    if (!e.matches(".card")) e.classList.toggle("done", read.has(e.dataset.chapter));
    if (place) place.textContent = count ? `${count} of ${e.dataset.exercises} exercises` : "";
  }
  for (const e of $$("[data-read-count]")) e.textContent = read.size ? `${read.size} of ${e.dataset.readCount} chapters read` : "";
};

const exercises = solved => {
  const chapter = $(".card[data-chapter]")?.dataset.chapter;
  for (const e of $$(".exercise[id]")) {
    $(".ex-solved", e)?.remove();
    if (solved.includes(`${chapter}#${e.id}`)) $(".ex-title .label", e)?.append(el("span", { className: "ex-solved", textContent: " · solved" }));
  }
};

export const progress = () => {
  const read = set(READ), solved = [...set(SOLVED)], mark = $(".mark-read"), key = $(".map-key");
  chapters(read, solved);
  exercises(solved);
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
