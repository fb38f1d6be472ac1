// The control of a figure: shows frames that the book has drawn, or has Python draw one once the reader has run it.
import { isAlive } from "./cell.js";
import { $, $$ } from "./dom.js";

const LONGEST = 4500, SLOWEST = 900; // ms: of a whole run, of a step
const still = matchMedia("(prefers-reduced-motion:reduce)");

class Play {
  constructor(box) {
    this.figure = box.closest("figure");
    this.data = box.dataset;
    this.values = JSON.parse(this.data.values);
    this.told = JSON.parse(this.data.told);
    this.texts = JSON.parse(this.data.said || "[]");
    this.control = $("input, select", box);
    this.output = $("output", box);
    this.button = $(".play-run", box);
    this.said = $(".play-said", this.figure) || {};
    if (this.figure.cell) this.figure.cell.play = this;
    this.control.oninput = () => {
      this.pause();
      this.show();
    };
    this.button.onclick = () => (this.timer ? this.pause() : this.start());
    box.hidden = false;
    if (box.matches(".auto") && !still.matches) this.onceInView(box);
  }

  get at() {
    return +this.control.value;
  }

  get value() {
    return this.values[this.at];
  }

  show() {
    const { at } = this, cell = this.figure.cell;
    this.hear("value", this.told[at]);
    this.late = cell?.busy; // of the values passed while Python draws only the last is drawn, by the cell when it is free
    if (cell && (cell.drawn?.isConnected || (cell.isEdited && isAlive()))) return this.late || cell.run(true);
    this.hear("said", this.texts[at]);
    for (const image of $$("img", this.figure)) {
      const scheme = image.src.split("#only-")[1], frame = n => `${this.data.frames}.${n}.${scheme}.svg#only-${scheme}`;
      image.src = frame(at);
      if (image.offsetParent) new Image().src = frame((at + 1) % this.values.length); // the next one, in advance
    }
  }

  hear(kind, text) {
    if (kind != "value") return (this.said.textContent = text);
    this.output.textContent = this.control.ariaValueText = text;
    if (this.told.includes(text)) this.control.value = this.told.indexOf(text); // the reader's code may say so
  }

  start() {
    const last = this.values.length - 1;
    this.said.ariaLive = "off";
    if (this.at == last) this.move(0);
    this.button.textContent = "Pause";
    this.timer = setInterval(() => {
      if (!this.figure.isConnected || this.at == last) this.pause();
      else if (!this.figure.cell?.busy) this.move(this.at + 1);
    }, Math.min(SLOWEST, LONGEST / this.values.length));
  }

  move(at) {
    this.control.value = at;
    this.show();
  }

  pause() {
    clearInterval(this.timer);
    this.timer = 0;
    this.button.textContent = "Play";
    this.said.ariaLive = "polite";
  }

  onceInView(box) {
    const watch = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) return;
      watch.disconnect();
      this.start();
    }, { threshold: 0.9 });
    watch.observe(box);
  }
}

export const play = () => {
  for (const box of $$(".play[hidden]")) new Play(box);
};
