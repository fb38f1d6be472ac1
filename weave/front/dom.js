// The few helpers that every module uses.
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
export const el = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

// localStorage, which a browser may refuse or find full: then nothing is kept, and nothing breaks.
export const keep = (key, value) => {
  try {
    value == null ? localStorage.removeItem(key) : localStorage.setItem(key, value);
  } catch {}
};
export const kept = key => {
  try {
    return localStorage.getItem(key);
  } catch {}
};
