// Shortcuts beside Material's own: m leads to the map, ? lists them all. Never while a reader types, and never where
// keys of one letter are switched off: in the list, or on the page on accessibility.
import { $, $$, el, keep, kept } from "./dom.js";

const KEYS = [
  ["/", "search"],
  ["n", "next page"],
  ["p", "page before"],
  ["m", "map"],
  ["?", "this list"],
  ["Shift Enter", "run the cell"],
  ["Esc", "leave the editor"],
];

const OFF = "mle.keys.off";
const others = ({ ctrlKey, metaKey, altKey, target }) =>
  ctrlKey || metaKey || altKey || target.closest?.("input, textarea, select, dialog, [contenteditable]");

export const keySwitch = () => {
  for (const button of $$(".keys-switch")) {
    button.hidden = false;
    button.textContent = `Switch keys of one letter ${kept(OFF) ? "on" : "off"}`;
    button.onclick = () => {
      keep(OFF, kept(OFF) ? null : 1);
      keySwitch();
    };
  }
};

const list = () => {
  const rows = KEYS.map(([keys, what]) => el("div", {}, el("dt", {}, ...keys.split(" ").map(key => el("kbd", { textContent: key }))), el("dd", { textContent: what })));
  const off = el("button", { className: "live-btn keys-switch", type: "button" });
  const close = el("form", { method: "dialog" }, el("button", { className: "live-btn", textContent: "Close" }), off);
  const dialog = el("dialog", { className: "keys md-typeset", ariaLabel: "Keyboard" }, el("h2", { textContent: "Keyboard" }), el("dl", {}, ...rows), close);
  document.body.append(dialog);
  keySwitch();
  return dialog;
};

const map = () => {
  const link = el("a", { href: $("a.md-logo").href + "#map", hidden: true });
  document.body.append(link); // a link, so that instant navigation keeps Python
  link.click();
  link.remove();
};

// In the capturing phase, before Material hears of it.
addEventListener("keydown", event => kept(OFF) && /^\S$/.test(event.key) && !others(event) && event.stopImmediatePropagation(), true);

addEventListener("keydown", event => {
  const { key } = event;
  if (others(event)) return;
  if (key == "m") map();
  else if (key == "?") ($("dialog.keys") || list()).showModal();
  else return;
  event.preventDefault();
});
