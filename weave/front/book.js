// The script of every page. Nothing is fetched before a reader asks for it: no Python, no editor, no program.
import { Cell } from "./cell.js";
import { comfort } from "./comfort.js";
import { $, $$ } from "./dom.js";
import { keySwitch } from "./keys.js";
import { play } from "./play.js";
import { progress } from "./progress.js";
import { quiz } from "./quiz.js";

// What only some readers need, fetched when they first do. A browser may remember a failure: then ask by another name.
const again = {};
const fetched = (folder, name) => import(`${folder}${name}.js${again[name] || ""}`).catch(() => void (again[name] = (again[name] || "") + "?"));

const furnish = () => {
  const folder = $("meta[name=mle-live]")?.content, card = $(".card[data-program]")?.dataset;
  if (!folder || !card || location.protocol == "file:" || !self.WebAssembly) return; // plain listings
  const address = new URL(card.program, location.href);
  let steps;
  // No steps if the site has another version of the chapter by now; null if it is out of reach, which may pass.
  const found = answer => (answer.ok ? answer.json() : { steps: [] });
  const program = () => (steps ||= fetch(address).then(found).then(chapter => chapter.steps).catch(() => (steps = null)));
  const home = new URL(folder, location.href).href, part = name => fetched(home, name);
  const page = { chapter: card.chapter, folder: home, part, program, live: [], cells: new Map() };
  for (const box of $$(".live[data-step], .exercise[data-step] .stub")) {
    if ($(".live-bar", box)) continue;
    const cell = new Cell(box, page);
    page.cells.set(cell.step, cell);
    if (cell.figure) cell.figure.cell = cell;
  }
};

// Material writes down how far a page was scrolled a moment later. If that moment falls after one left and before the next page
// came, it is written down for that one, which opens at this one's height: not at its top, at the link's place, where one was.
let to;
addEventListener("click", ({ target }) => (to = { href: target.closest?.("a[href]")?.href }));
addEventListener("popstate", ({ state }) => (to = { href: location.href, y: state?.y }));
const arrive = () => {
  if (to?.href != location.href) return;
  const place = to.y == null && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (place) place.scrollIntoView();
  else scrollTo(0, to.y ?? 0);
  to = null;
};

const dress = () => {
  progress();
  quiz();
  furnish();
  play();
  comfort();
  keySwitch();
  requestAnimationFrame(arrive); // once Material is done
};

// Material's instant navigation sets the address of every link, which those in an SVG do not allow: they need no setting.
Object.defineProperty(SVGAElement.prototype, "href", { set() {} });

// Material announces every page that it shows, the first one too; but none of those opened from a folder on disk.
if (window.document$ && location.protocol != "file:") document$.subscribe(dress);
else dress();
