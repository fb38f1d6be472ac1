// A listing that the reader may edit and run; an exercise is one with a check.
import { stretch } from "./comfort.js";
import { $, $$, el, keep, kept } from "./dom.js";
import { ask, forget, history, inTurn, isAlive, ran, stop, stops } from "./kernel.js";
import { solve } from "./progress.js";

const hash = text => [...text].reduce((h, c) => Math.imul(h ^ c.codePointAt(0), 16777619) >>> 0, 2166136261).toString(16);
const after = (element, selector) => {
  const found = [];
  for (let e = element?.nextElementSibling; e?.matches(selector); e = e.nextElementSibling) found.push(e);
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
    this.still = [...after(box, ".cell-out"), ...(this.figure ? [...after(this.figure, ".cell-out"), ...$$("img", this.figure)] : [])];
    this.furnish();
    this.code = this.book.code;
    const draft = kept(this.draft);
    if (draft != null) this.write(draft, "Your version, kept in this browser");
  }

  furnish() {
    const button = (textContent, onclick, title = "") => el("button", { type: "button", className: "live-btn", textContent, title, onclick });
    this.verb = this.exercise ? "Check" : "Run";
    this.go = button(this.verb, () => (this.busy ? stop() : this.run()), "Shift+Enter in the editor");
    this.pen = button("Edit", () => this.edit());
    this.undo = button("Undo changes", () => this.restore());
    this.undo.hidden = true;
    this.status = el("span", { className: "live-status", role: "status" });
    this.out = el("div", { className: "live-out" });
    const ariaLabel = this.exercise ? "Your answer" : this.name;
    const bar = el("div", { className: "live-bar", role: "group", ariaLabel }, this.go, this.pen, this.undo);
    if (this.page.live.indexOf(this) > 0) bar.append(button("Run all above", () => this.runAbove(), "Start afresh and run every cell above"));
    bar.append(this.status);
    if (!this.exercise) bar.dataset.name = ariaLabel;
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
      const module = await import(this.page.folder + "editor.js").catch(() => 0);
      if (!module) return this.say("The editor could not be fetched. Check the connection.");
      const pre = $("pre", this.box);
      const label = `Python of ${this.name}. Shift+Enter: ${this.verb}. Escape, then Tab: leave.`;
      this.editor ||= module.edit(pre, this.code, label, { change: code => this.changed(code), run: () => this.busy || this.run(), leave: () => this.go.focus() });
      pre.hidden = this.pen.hidden = true;
    }
    this.editor.textarea.focus();
  }

  changed(code) {
    this.code = code;
    this.undo.hidden = !this.isEdited;
    keep(this.draft, this.isEdited ? code : null);
  }

  get isEdited() {
    return this.code != this.book.code;
  }

  write(code, status = "") {
    if (code == this.book.code) this.listing.innerHTML = this.book.html;
    else this.listing.textContent = code;
    this.editor?.setOptions({ value: code });
    this.changed(code);
    this.say(status);
  }

  restore() {
    if (document.activeElement == this.undo) this.go.focus();
    this.write(this.book.code);
    this.out.replaceChildren();
    this.exchange(false);
    this.play?.show();
  }

  // ---- running ----------------------------------------------------------------------------------------------------
  // Resolves to whether it went well, to null if it was stopped. `turned`: by the figure's control.
  async run(turned) {
    const before = stops, start = performance.now();
    this.busy = true;
    this.go.textContent = "Stop";
    this.go.classList.add("live-stop");
    const ok = await inTurn(() => this.say("Waiting for another cell"), () => this.work(turned));
    this.busy = false;
    this.go.textContent = this.verb;
    this.go.classList.remove("live-stop");
    if (before != stops) this.say("Stopped");
    else if (ok) this.say(`Done${this.told} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
    stretch(this.box);
    return before == stops ? ok : null;
  }

  async work(turned) {
    const steps = await this.page.program();
    this.fresh = true;
    if (!steps) {
      this.show("error", "The parts of this chapter could not be fetched. Check the connection, then press Run again.");
      return this.say("Failed");
    }
    if (!(await this.runNeeds(steps))) return this.say("An earlier cell failed");
    const ok = await this.runStep(steps[this.step], turned);
    if (!ok) this.say(this.exercise ? "Not yet" : "Failed");
    else if (this.fresh) this.clear();
    return ok;
  }

  // Run what this cell needs and this Python has not run yet, or not since something before it changed.
  async runNeeds(steps) {
    const { chapter, cells } = this.page, past = history(chapter), before = stops;
    let count = 0;
    for (const id of steps[this.step].needs) {
      const cell = cells.get(id), then = past.get(id), code = cell?.code ?? steps[id].code;
      if (then?.code == code && steps[id].needs.every(need => !(past.get(need)?.at > then.at))) continue;
      if (!(await this.ask("run", code, [cell?.name || "set-up", code, true])) || before != stops) return false;
      ran(chapter, id, code);
      count++;
    }
    this.told = count ? ` after ${count} earlier piece${count > 1 ? "s" : ""}` : "";
    return true;
  }

  async runStep(step, turned) {
    const { code, name } = this;
    if (this.exercise) {
      const ok = await this.ask("check", code + "\n" + step.check, [name, code, step.check]);
      if (ok) solve(`${this.page.chapter}#${this.exercise.id}`);
      return ok;
    }
    const value = turned || !this.isEdited ? this.play?.value : null; // edited code keeps its own
    const play = step.play ? [step.play.name, value, step.say] : [];
    const ok = await this.ask(step.play ? "play" : "run", code, [name, code, ...play]);
    if (ok) ran(this.page.chapter, this.step, code);
    return ok;
  }

  ask(op, code, args) {
    const hear = (kind, text) => (kind == "state" ? this.say(text) : this.show(kind, text));
    return ask(this.page.folder, hear, { op, code, args: [this.page.chapter, ...args] });
  }

  // Start the chapter afresh and run every live cell above this one, as edited.
  async runAbove() {
    const above = this.page.live.slice(0, this.page.live.indexOf(this));
    if (isAlive()) await inTurn(() => {}, () => this.ask("reset", "", []));
    forget(this.page.chapter);
    for (const cell of above) if (!(await cell.run())) return this.say(`${cell.name} did not run through`);
    this.say(`Ran ${above.length} above`);
  }

  // ---- showing ----------------------------------------------------------------------------------------------------
  say(text) {
    this.status.textContent = text;
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
    if (/said|value/.test(kind)) return this.play?.hear(kind, text);
    if (kind == "svg" && this.figure) return this.draw(text);
    if (this.fresh) this.clear();
    const last = this.out.lastElementChild;
    if (last?.dataset.kind == kind && /^(out|err)$/.test(kind)) return last.append(text);
    const isMarkup = kind == "svg" || kind == "html";
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
