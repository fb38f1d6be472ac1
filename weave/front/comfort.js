// Small comforts of a page's text; it is complete without them.
import { $, $$, el } from "./dom.js";

const wide = matchMedia("(min-width:62.5em)");

// Wide equations, tables and listings can be scrolled by keyboard, and fade where they go on.
const scrolls = e => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1;
const fade = e => e.toggleAttribute("data-more", e.scrollWidth - e.clientWidth - e.scrollLeft > 4);
export const stretch = root => {
  for (const e of $$(".seen :is(div.arithmatex, .md-typeset__scrollwrap, .report, .dataframe, .highlight code, .live-out)", root)) {
    if (scrolls(e)) e.tabIndex = 0;
    else e.removeAttribute("tabindex");
    fade(e);
    e.onscroll = () => fade(e);
  }
};

// A side note that others would push far below its number is folded behind the number.
const settle = () => {
  let last;
  for (const e of $$(".seen .sn")) e.classList.remove("sn-in");
  if (wide.matches) for (const e of $$(".seen :is(.sn, .margin, .proof, figure.quote > figcaption)")) {
    const note = e.matches(".sn");
    const home = note ? $(`[for="${e.previousElementSibling.id}"]`) : e.matches(".margin") && e.nextElementSibling || e.parentElement;
    const far = e.getBoundingClientRect().top - home.getBoundingClientRect().top > (note ? 200 : 60);
    if (far && (note || last)) (note ? e : last).classList.add("sn-in");
    if (note && !far) last = e;
  }
};

// Material: in a narrow window its switches of drawer and search are for the mouse alone; as buttons they are for all.
const switches = () => {
  for (const [id, name] of [["__drawer", "Open the contents"], ["__search", "Open the search"]]) {
    const label = $(`label.md-header__button[for=${id}]`);
    if (!label) continue;
    const onclick = () => {
      $("#" + id).click();
      if (id == "__search") $(".md-search__input").focus();
    };
    const button = el("button", { onclick }, ...label.childNodes);
    for (const a of label.attributes) button.setAttribute(a.name, a.value);
    button.ariaLabel = name;
    label.replaceWith(button);
  }
};

const fit = () => {
  settle();
  stretch();
};
addEventListener("resize", fit);
matchMedia("print").onchange = fit; // on paper nothing scrolls

// What stands between two headings is measured in a turn of its own: all of a long chapter at once would hold its reader up.
let runs = [];
const unfold = atOnce => {
  do {
    const run = runs.shift();
    if (!run) {
      document.documentElement.classList.remove("fresh");
      return settle();
    }
    run.classList.add("seen");
    // A long line of code goes on below its own indent (look.css, section 8).
    for (const e of $$(".highlight code > span:is(.row, [id])", run)) e.style.setProperty("--i", e.textContent.search(/[^ ]|$/));
    stretch(run);
  } while (atOnce);
  setTimeout(unfold);
};

// Who leaves the top while the rest still lacks its height would arrive elsewhere.
addEventListener("hashchange", () => {
  if (!$(".fresh")) return;
  unfold(true);
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
});

// Material's copy buttons are no landmarks; and the focus that `stretch` gave to a listing is not Material's to take back.
new MutationObserver(changes => {
  for (const { target: e, attributeName } of changes)
    if (attributeName && !e.hasAttribute("tabindex") && e.matches(".seen .highlight code") && scrolls(e)) e.tabIndex = 0;
  for (const e of $$("nav.md-code__nav:not([role])")) e.role = "none";
}).observe(document.body, { childList: true, subtree: true, attributeFilter: ["tabindex"] });

export const comfort = () => {
  switches();
  runs = $$(".run:not(.seen)");
  unfold();
  document.fonts.ready.then(fit);
};
