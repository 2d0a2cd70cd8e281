"use strict";
// Tables that sort and search, the way from a number to its sentences, languages. No text is ever parsed as HTML.
const $ = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const make = (tag, text, name) => Object.assign(document.createElement(tag), { textContent: text, className: name || "" });
const data = JSON.parse($("#places").textContent);
const FIRST = 15, FEW = 5; // rows before "show all", which so few more do not need

// Languages
const root = document.documentElement;
all("[data-set]").forEach((button) => button.addEventListener("click", () => {
  root.dataset.lang = button.dataset.set;
  root.lang = button.dataset.set === "zh" ? "zh-CN" : "en";
  all("[data-set]").forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
  $(".of", panel).textContent = of(number_link);
}));

// Tables
const said = (cell) => (cell && ($(`.t[lang="${root.dataset.lang}"]`, cell) || cell).textContent) || "";
const number = (text) => (/^-?[\d,.]+%?$/.test(text) ? parseFloat(text.replaceAll(",", "")) : NaN);
const key = (cell) => (isNaN(number(said(cell))) ? said(cell) : number(said(cell)));
for (const sheet of all(".sheet")) {
  const table = $("table", sheet), search = $("input", sheet), more = $(".more", sheet);
  let whole = false;
  const paint = () => {
    const wanted = search.value.trim().toLowerCase();
    const rows = [...table.tBodies[0].rows], found = rows.filter((row) => row.textContent.toLowerCase().includes(wanted));
    const kept = new Set(whole || found.length <= FIRST + FEW ? found : found.slice(0, FIRST));
    for (const row of rows) row.hidden = !kept.has(row);
    $("output span", sheet).textContent = kept.size < found.length ? `${kept.size} / ${found.length}` : found.length;
    more.hidden = kept.size === found.length;
  };
  // sortable.min.js sorts by data-sort: what the cell says in the language shown; numbers begin with the largest
  table.addEventListener("sort-start", () => all("td", table).forEach((cell) => { cell.dataset.sort = key(cell); }));
  table.addEventListener("sort-end", paint);
  all("th", table).forEach((heading) => heading.addEventListener("click", () => {
    const cells = all(`td:nth-child(${heading.cellIndex + 1})`, table);
    table.classList.toggle("asc", cells.every((cell) => isNaN(number(said(cell)))));
  }));
  search.addEventListener("input", paint);
  more.addEventListener("click", () => { whole = true; paint(); });
  $(".tools", sheet).hidden = false;
  paint();
}

// Places: offsets count code points of the report's text, which is the text of its element
const texts = new Map();
const codepoints = (report) => texts.get(report) || texts.set(report, [...$(`#r${report}`).textContent]).get(report);
function range(report, start, end) {
  const found = document.createRange(), walker = document.createTreeWalker($(`#r${report}`), NodeFilter.SHOW_TEXT);
  for (let at = 0, node; (node = walker.nextNode());) {
    const chars = [...node.data], units = (n) => chars.slice(0, n).join("").length;
    if (start >= at && start < at + chars.length) found.setStart(node, units(start - at));
    if (end > at && end <= at + chars.length) { found.setEnd(node, units(end - at)); return found; }
    at += chars.length;
  }
  return null;
}
function show(report, start, end) {
  const found = range(report, start, end);
  if (!found) return;
  open($(`#r${report}`));
  if (window.Highlight && CSS.highlights) CSS.highlights.set("place", new Highlight(found));
  else { getSelection().removeAllRanges(); getSelection().addRange(found); }
  const block = (found.startContainer.parentElement).closest(".text > *");
  block.tabIndex = -1;
  block.focus({ preventScroll: true });
  const sheet = $("#evidence"), covered = sheet.hidden || innerWidth > 800 ? 0 : sheet.offsetHeight;
  scrollTo({ top: scrollY + found.getBoundingClientRect().top - (innerHeight - covered) / 3 });
}
const open = (element) => { for (let e = element; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true; };

// Evidence: the sentences behind a number
const panel = $("#evidence");
let number_link = null;
function sentence(report, start, end) {
  const chars = codepoints(report), stop = /[。！？；\n]/;
  let from = start, to = end;
  while (from > 0 && start - from < 60 && !stop.test(chars[from - 1])) from--;
  while (to < chars.length && to - end < 60 && !stop.test(chars[to - 1])) to++;
  const long = end - start > 160, words = (a, b) => chars.slice(a, b).join("");
  const [left, right] = [start - from === 60 ? "…" : "", to - end === 60 ? "…" : ""];
  return [left + words(from, start), long ? words(start, start + 160) + "…" : words(start, end), long ? "" : words(end, to) + right];
}
function line(name, [before, match, after], target) {
  const item = make("li", ""), link = make(target ? "a" : "span", "");
  if (target) link.href = target;
  link.append(make("b", name), make("span", before), make("mark", match), make("span", after));
  item.append(link);
  return item;
}
function of(link) { // the row and the column that a number stands in
  if (!link) return "";
  const cell = link.closest("td"), heading = $(`th:nth-child(${cell.cellIndex + 1})`, cell.closest("table"));
  const row = [...cell.parentElement.cells].filter((other) => isNaN(number(said(other))) && other !== cell);
  return [...row.map(said).filter(Boolean).slice(0, 3), said(heading)].join(" · ");
}
function list(index) {
  const [total, places, excerpts] = data.lists[index];
  if (number_link?.hash !== `#e${index}`) number_link = $(`td a[href="#e${index}"]`); // where the way back led here
  const top = number_link && number_link.getBoundingClientRect().top;
  const lines = places.map(([r, s, e]) => line(data.reports[r], sentence(r, s, e), `#at-${r}-${s}-${e}`));
  lines.push(...excerpts.map(([name, ...words]) => line(name, words)));
  $("ol", panel).replaceChildren(...lines);
  $("output", panel).textContent = lines.length < total ? `${lines.length} / ${total}` : total;
  $(".of", panel).textContent = of(number_link);
  $(".beyond", panel).textContent = total - lines.length;
  $(".note", panel).hidden = lines.length === total;
  panel.hidden = false;
  document.body.classList.add("with-evidence");
  if (number_link) scrollBy(0, number_link.getBoundingClientRect().top - top); // the page grew narrower; stay where we were
  panel.focus({ preventScroll: true });
}
function shut() {
  panel.hidden = true;
  document.body.classList.remove("with-evidence");
  if (number_link) number_link.focus();
}
$(".close", panel).addEventListener("click", shut);
addEventListener("keydown", (event) => { if (event.key === "Escape" && !panel.hidden) shut(); });

// Every way is a link: #e12 the sentences behind a number, #at-0-5-9 a place, else an element
function route() {
  const hash = location.hash, at = /^#at-(\d+)-(\d+)-(\d+)$/.exec(hash), evidence = /^#e(\d+)$/.exec(hash);
  if (evidence && data.lists[evidence[1]]) list(+evidence[1]);
  else if (at && data.reports[at[1]]) show(+at[1], +at[2], +at[3]);
  else if (/^#[\w-]+$/.test(hash)) {
    const target = document.getElementById(hash.slice(1));
    if (target) { open(target); target.scrollIntoView(); if (target.tabIndex === -1) target.focus({ preventScroll: true }); }
  }
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (!link) return;
  if (/^#e\d/.test(link.hash)) number_link = link;
  if (panel.contains(link)) all("a", panel).forEach((other) => other.toggleAttribute("aria-current", other === link));
  if (link.hash === location.hash) { event.preventDefault(); route(); } // the same link again
});
addEventListener("hashchange", route);
route();
