// What both pages do beyond being read: elements, languages. Everything is in the pages already; without scripts they read
// the same.
'use strict';

const results = JSON.parse(document.getElementById('results').textContent);
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Make an element: attributes, then children (nodes or texts). */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}

// --- what is shown stands in the address, so that it can be sent to someone: #part?language=en&seed-ii=3 ---

const place = () => decodeURIComponent(location.hash.slice(1).split('?')[0]);
const state = new URLSearchParams(location.hash.split('?')[1] ?? '');

/** Write what was chosen into the address; nothing stands there for what is shown anyway. */
function keep(key, value) {
  if (value) state.set(key, value); else state.delete(key);
  const chosen = state.toString();
  if (chosen || location.hash) history.replaceState(null, '', `#${place()}${chosen ? `?${chosen}` : ''}`);
}
addEventListener('hashchange', () => { if (!location.hash.includes('?')) keep(); }); // a link within the page leaves it as it is

// --- languages ---

const TAGS = { en: 'en', zh: 'zh-Hans' };
const languages = results.languages;
let language = languages[0];

/** A text in the language that is shown; texts are strings or {en: …, zh: …}. */
const say = (text) => (typeof text === 'string' ? text : text[language] ?? Object.values(text)[0]);
const ui = (key) => say(results.ui[key]);

/** The same in every language at once; the style sheet shows one. */
function words(text) {
  const parts = typeof text === 'string' || languages.length === 1
    ? [document.createTextNode(say(text))]
    : languages.map((one) => make('span', { lang: TAGS[one] }, text[one]));
  const fragment = document.createDocumentFragment();
  fragment.append(...parts);
  return fragment;
}

const renamed = []; // what a change of the language has to write anew
function named(update) {
  renamed.push(update);
  update();
}

function choose(one) {
  language = one;
  document.documentElement.lang = TAGS[one];
  document.title = say(results.title);
  renamed.forEach((update) => update());
}

const storage = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); } catch { /* private mode */ } },
};

function startLanguages() {
  const radios = $$('input[name="language"]');
  const spoken = (navigator.languages ?? []).map((tag) => tag.slice(0, 2)).find((one) => languages.includes(one));
  const wanted = [state.get('language'), storage.get('language'), spoken].find((one) => languages.includes(one));
  for (const radio of radios) {
    if (radio.value === wanted) radio.checked = true;
    radio.addEventListener('change', () => { storage.set('language', radio.value); keep('language', radio.value); choose(radio.value); });
  }
  choose($('input[name="language"]:checked')?.value ?? languages[0]);
}

document.documentElement.classList.add('scripted');
startLanguages();
