// A listing that the reader may edit and run; an exercise is one with a check.
import { stretch } from "./comfort.js";
import { $, $$, el, keep, kept } from "./dom.js";
import { solve } from "./progress.js";

let runner; // run.js, once a cell has been run

export const isAlive = () => runner?.isAlive();
const hash = text => [...text].reduce((h, c) => (Math.imul(h, 31) + c.charCodeAt()) | 0, 0);
const outputs = e => {
  const found = [];
  while ((e = e.nextElementSibling)?.matches(".cell-out")) found.push(e);
  return found;
};

export class Cell {
  constructor(box, page) {
    this.exercise = box.closest(".exercise");
    this.step = +(this.exercise || box).dataset.step;
    Object.assign(this, { box, page, name: this.exercise ? "your code" : `cell ${page.live.push(this)}` });
    this.figure = box.closest("figure.fig") || $(`figure.fig[data-step="${this.step}"]`);
    this.listing = $("code", box);
    this.book = { html: this.listing.innerHTML, code: this.listing.textContent.replace(/\n$/, "") };
    this.draft = `mle.draft:${page.chapter}#${this.exercise?.id || this.step}:${hash(this.book.code)}`;
    this.still = outputs(box); // what the book shows of it
    if (this.figure) this.still.push(...outputs(this.figure), ...$$("img", this.figure));
    this.furnish();
    const draft = kept(this.draft);
    this.shown = this.book.code;
    this.changed(this.shown);
    if (draft != null) this.write(draft);
  }

  furnish() {
    const button = (textContent, onclick) => el("button", { type: "button", className: "live-btn", textContent, onclick });
    this.verb = this.exercise ? "Check" : "Run";
    this.go = button(this.verb, () => (this.busy ? this.stop() : this.run()));
    this.pen = button("Edit", () => this.edit());
    this.undo = button("", () => (this.isEdited ? this.restore() : this.write(this.mine)));
    this.status = el("span", { className: "live-status", role: "status" });
    this.out = el("div", { className: "live-out" });
    const bar = el("div", { className: "live-bar", role: "group", ariaLabel: this.name }, this.go, this.pen, this.undo);
    if (this.page.live.indexOf(this) > 0) bar.append(button("Run all above", () => this.runAbove()));
    bar.append(this.status);
    if (!this.exercise) bar.dataset.name = this.name;
    else {
      this.out.ariaLive = "polite";
      this.listing.onclick = () => getSelection().isCollapsed && this.edit();
    }
    this.box.classList.add("live");
    this.box.append(bar, this.out);
  }

  // ---- code -------------------------------------------------------------------------------------------------------
  async edit() {
    if (!this.editor) {
      const module = await this.page.part("editor");
      if (!module) return this.say("The editor could not be fetched.");
      const pre = $("pre", this.box);
      const label = `Python of ${this.name}. Shift+Enter: ${this.verb}. Escape, then Tab: leave.`;
      this.editor ||= module.edit(pre, this.code, label, { change: code => this.changed(code), run: () => this.run(), leave: () => this.go.focus() });
      pre.hidden = this.pen.hidden = true;
    }
    this.editor.textarea.focus();
  }

  changed(code) {
    this.code = code;
    this.undo.hidden = !this.isEdited && !this.mine;
    this.undo.textContent = this.isEdited ? "Undo changes" : "Redo";
    keep(this.draft, this.isEdited ? code : null);
    this.age();
  }

  // What is shown is of other code: grey it, and say so.
  age() {
    const isOld = this.shown != this.code;
    this.box.classList.toggle("stale", isOld);
    if (isOld) this.say("Not run yet");
  }

  get isEdited() {
    return this.code != this.book.code;
  }

  write(code) {
    if (code == this.book.code) this.listing.innerHTML = this.book.html;
    else this.listing.textContent = code;
    this.editor?.setOptions({ value: code });
    this.changed(code);
  }

  restore() {
    this.mine = this.code;
    this.say("");
    this.write((this.shown = this.book.code));
    this.out.replaceChildren();
    this.exchange(false);
    this.play?.show();
  }

  // ---- running ----------------------------------------------------------------------------------------------------
  // Resolves to whether it went well, to nothing if it was stopped; one run at a time. `turned`: by the figure's control.
  run(turned) {
    return (this.busy ||= this.attempt((this.turn = { box: this.box, turned })));
  }

  async attempt(turn) {
    const start = Date.now();
    let ok;
    this.showRunning(true);
    try {
      const found = (runner ||= await this.page.part("run"));
      if (!found) this.fail("Python could not be fetched. Check the connection, then press Run again.");
      else if (!turn.stopped) ok = await found.run(this, turn);
      if (turn.stopped) this.say("Stopped");
      else if (ok) this.say(this.raised || `Done${this.told} in ${((Date.now() - start) / 1000).toFixed(1)} s`);
    } catch {
      this.fail("Reload the page.");
    }
    this.busy = null;
    this.showRunning(false);
    stretch(this.box);
    if (turn.stopped) return;
    if (this.play?.late) this.play.show();
    return ok;
  }

  stop() {
    this.turn.stopped = true;
    runner?.stop(this.turn);
  }

  solved() {
    solve(`${this.page.chapter}#${this.exercise.id}`);
  }

  // Start the chapter afresh and run every live cell above this one, as edited.
  async runAbove() {
    const { live } = this.page, above = live.slice(0, live.indexOf(this));
    if (live.some(cell => cell.busy)) return this.say("Another cell runs");
    if (runner?.isAlive()) runner.reset(this);
    for (const cell of above) if (!(await cell.run())) return this.say("An earlier cell failed");
    this.say(`Ran ${above.length} above`);
  }

  // ---- showing ----------------------------------------------------------------------------------------------------
  say(text) {
    this.status.textContent = text;
  }

  showRunning(on) {
    this.go.textContent = on ? "Stop" : this.verb;
    this.go.classList.toggle("live-stop", on);
  }

  fail(text) {
    this.show("error", text);
    this.say("Failed");
  }

  // The reader's output stands in place of the book's, or the other way round.
  exchange(own) {
    for (const e of this.still) e.classList.toggle("replaced", own);
    if (!own) this.drawn?.remove();
  }

  clear() {
    this.fresh = false;
    this.out.replaceChildren();
    if (!this.figure) this.exchange(true);
  }

  show(kind, text) {
    if (kind == "state") return this.say(text);
    if (kind == "raised") return (this.raised = text);
    if (/said|value/.test(kind)) return this.play?.hear(kind, text);
    if (kind == "svg" && this.figure) return this.draw(text);
    if (this.fresh) this.clear();
    const last = this.out.lastElementChild;
    if (last?.dataset.kind == kind && /out|err$/.test(kind)) return last.append(text);
    const isMarkup = /svg|html/.test(kind);
    const e = el(isMarkup ? "div" : "pre", { className: "live-o-" + kind, [isMarkup ? "innerHTML" : "textContent"]: text });
    e.dataset.kind = kind;
    if (kind == "svg") this.label(e, `Figure drawn by ${this.name}`);
    this.out.append(e);
  }

  label(place, ariaLabel) {
    Object.assign($("svg", place), { role: "img", ariaLabel });
  }

  // A figure of the book is drawn where its picture was.
  draw(svg) {
    if (this.fresh) this.clear();
    const picture = $("img", this.figure);
    this.exchange(true);
    this.drawn ||= el("div", { className: "live-o-svg" });
    this.drawn.innerHTML = svg;
    this.label(this.drawn, this.isEdited ? "Figure drawn by your code" : picture.alt);
    picture.before(this.drawn);
  }
}
