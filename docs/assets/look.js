// Small comforts; the pages are complete without them.
const all = s => [...document.querySelectorAll(s)], wide = matchMedia("(min-width:62.5em)");

// Wide equations, tables and listings can be scrolled by keyboard, and fade where they go on.
const fade = e => e.toggleAttribute("data-more", e.scrollWidth - e.clientWidth - e.scrollLeft > 4);
const stretch = () => {
  for (const e of all("div.arithmatex, .md-typeset__scrollwrap, .report, .dataframe, .highlight code, .live-out")) {
    const over = e.scrollWidth > e.clientWidth + 1;
    if (over) e.tabIndex = 0; else e.removeAttribute("tabindex");
    fade(e);
    e.onscroll = () => fade(e);
  }
};

// A long line of code goes on below its own indent (look.css, section 8).
const indent = () => {
  for (const e of all(".highlight code > span:is(.row, [id])")) e.style.setProperty("--i", e.textContent.search(/[^ ]|$/));
};

// A side note that others would push far below its number is folded behind the number.
const settle = () => {
  let last;
  for (const e of all(".sn")) e.classList.remove("sn-in");
  if (wide.matches) for (const e of all(".sn, .margin, .proof, figure.quote > figcaption")) {
    const note = e.matches(".sn");
    const home = note ? document.querySelector(`[for="${e.previousElementSibling.id}"]`) : e.matches(".margin") && e.nextElementSibling || e.parentElement;
    const far = e.getBoundingClientRect().top - home.getBoundingClientRect().top > (note ? 200 : 60);
    if (far && (note || last)) (note ? e : last).classList.add("sn-in");
    if (note && !far) last = e;
  }
};

// "Read" ticks, kept in this browser only.
const key = "mle.read", read = () => new Set(JSON.parse(localStorage.getItem(key) || "[]"));
const tick = () => {
  const done = read(), b = document.querySelector(".mark-read");
  for (const a of all("[data-chapter]")) a.classList.toggle("done", done.has(a.dataset.chapter));
  for (const e of all("[data-read-count]")) e.textContent = done.size ? `${done.size} of ${e.dataset.readCount} chapters read` : "";
  if (!b) return;
  b.hidden = false;
  b.setAttribute("aria-pressed", done.has(b.value));
  b.onclick = () => { const s = read(); s.delete(b.value) || s.add(b.value); localStorage.setItem(key, JSON.stringify([...s])); tick(); };
};

const fit = () => { settle(); stretch(); };
indent(); tick(); fit();
document.fonts.ready.then(fit);
addEventListener("resize", fit);

// Material: in a narrow window its switches of drawer and search are for the mouse alone; as buttons they are for all.
for (const [id, name] of [["__drawer", "Open the contents"], ["__search", "Open the search"]]) {
  const label = document.querySelector(`.md-header__button[for=${id}]`), button = document.createElement("button");
  if (!label) continue;
  for (const a of label.attributes) button.setAttribute(a.name, a.value);
  button.setAttribute("aria-label", name);
  button.append(...label.childNodes);
  button.onclick = () => {
    document.getElementById(id).click();
    if (id == "__search") document.querySelector(".md-search__input").focus();
  };
  label.replaceWith(button);
}

// Its copy buttons are no landmarks.
new MutationObserver(() => { for (const n of all("nav.md-code__nav:not([role])")) n.setAttribute("role", "none"); })
  .observe(document.body, { childList: true, subtree: true });
