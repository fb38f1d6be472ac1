// Shortcuts beside Material's own: m leads to the map, ? lists them all. Never while a reader types.
import { $, el } from "./dom.js";

const KEYS = [
  ["/", "search"],
  ["n", "next page"],
  ["p", "page before"],
  ["m", "map"],
  ["?", "this list"],
  ["Shift Enter", "run the cell"],
  ["Esc", "leave the editor"],
];

const list = () => {
  const rows = KEYS.map(([keys, what]) => el("div", {}, el("dt", {}, ...keys.split(" ").map(key => el("kbd", { textContent: key }))), el("dd", { textContent: what })));
  const close = el("form", { method: "dialog" }, el("button", { className: "live-btn", textContent: "Close" }));
  const dialog = el("dialog", { className: "keys md-typeset", ariaLabel: "Keyboard" }, el("h2", { textContent: "Keyboard" }), el("dl", {}, ...rows), close);
  document.body.append(dialog);
  return dialog;
};

const map = () => {
  const link = el("a", { href: $("a.md-logo").href + "#map", hidden: true });
  document.body.append(link); // a link, so that instant navigation keeps Python
  link.click();
  link.remove();
};

addEventListener("keydown", event => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest?.("input, textarea, select, dialog, [contenteditable]")) return;
  if (key == "m") map();
  else if (key == "?") ($("dialog.keys") || list()).showModal();
  else return;
  event.preventDefault();
});
