// The control of a figure: shows frames that the book has drawn, or has Python draw one once the reader has run it.
import { $, $$ } from "./dom.js";
import { isAlive } from "./kernel.js";

const LONGEST = 4500, SLOWEST = 900; // ms: of a whole run, of a step
const still = matchMedia("(prefers-reduced-motion:reduce)");

class Play {
  constructor(box) {
    this.figure = box.closest("figure");
    this.data = box.dataset;
    this.values = JSON.parse(this.data.values);
    this.texts = JSON.parse(this.data.said || "[]");
    this.control = $("input, select", box);
    this.output = $("output", box);
    this.button = $(".play-run", box);
    this.said = $(".play-said", this.figure);
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
    const { at, value } = this, cell = this.figure.cell;
    this.hear("value", value);
    if (cell && (cell.drawn?.isConnected || (cell.isEdited && isAlive()))) return this.turn(cell);
    this.hear("said", this.texts[at]);
    for (const image of $$("img", this.figure)) image.src = this.frame(at, /#only-(\w+)/.exec(image.src)[1]);
    for (const near of [at - 1, at + 1]) if (near in this.values) this.preload(near);
  }

  frame(at, scheme) {
    return `${this.data.frames}.${at}.${scheme}.svg#only-${scheme}`;
  }

  preload(at) {
    const scheme = document.body.dataset.mdColorScheme == "slate" ? "dark" : "light";
    new Image().src = this.frame(at, scheme);
  }

  hear(kind, text) {
    if (kind == "value") this.output.textContent = this.control.ariaValueText = text;
    else if (this.said) this.said.textContent = text;
  }

  // Python draws one figure at a time; of the values passed meanwhile only the last is drawn.
  async turn(cell) {
    this.late = cell.busy;
    if (this.late) return;
    await cell.run(true);
    if (this.late) return this.show();
  }

  start() {
    const last = this.values.length - 1;
    if (this.said) this.said.ariaLive = "off";
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
    if (this.said) this.said.ariaLive = "polite";
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
