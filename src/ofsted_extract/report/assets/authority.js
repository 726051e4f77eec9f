"use strict";
// Filters, search, walking with the keys and what is known of a sentence. The page reads and prints
// without any of this; nothing is fetched. Texts only ever reach the page through textContent.
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const form = byId("filters");
  const texts = document.querySelector(".texts");
  const panel = byId("panel");
  const about = byId("about");
  const emptyPanel = [...about.childNodes];
  const chooser = byId("f-letter");
  const themeChooser = byId("f-theme");
  const search = byId("f-text");
  const context = byId("f-context");
  const boxes = [...form.querySelectorAll("input[name=finding]")];

  // ---- what there is
  const units = [];
  const letters = [...document.querySelectorAll("article.text")].map((article) => {
    const letter = { id: article.dataset.letter, article, parts: [], units: [] };
    for (const child of article.children) {
      if (child.matches("h4")) {
        letter.parts.push({ heading: child, page: child.dataset.page, blocks: [] });
      }
      if (child.matches(".b, ul")) {
        if (!letter.parts.length) letter.parts.push({ heading: null, page: "", blocks: [] });
        const blocks = child.matches("ul") ? [...child.children] : [child];
        for (const element of blocks) {
          const block = { element, list: child === element ? null : child, units: [] };
          for (const node of element.querySelectorAll(".u")) {
            const [finding, themes, themeScores, scores, section, page, method, evidence,
              progress, extent, cohorts, reference] = data.units[units.length];
            const unit = { node, letter, index: units.length, finding, themes, themeScores, scores,
              section, page, method, evidence, progress, extent, cohorts, reference,
              link: node.querySelector(".k"), shown: true, fits: true, words: "" };
            units.push(unit);
            block.units.push(unit);
            letter.units.push(unit);
          }
          letter.parts.at(-1).blocks.push(block);
        }
      }
    }
    return letter;
  });
  const unitOf = new Map(units.map((unit) => [unit.node, unit]));
  const plain = (text) => text.toLowerCase().replace(/[‘’]/g, "'").replace(/[“”]/g, '"');
  const wordsOf = (unit) => (unit.words ||= plain(unit.node.textContent));

  // ---- filtering
  const state = () => ({
    letter: chooser ? chooser.value : "",
    theme: data.themes.findIndex(([id]) => id === themeChooser.value),
    findings: new Set(boxes.filter((box) => box.checked).map((box) =>
      data.findings.findIndex(([id]) => id === box.value))),
    terms: [...plain(search.value).matchAll(/"([^"]+)"?|(\S+)/g)]
      .map((found) => (found[1] || found[2]).trim()).filter((term) => term && term !== '"'),
  });
  const isOn = (now) => now.theme >= 0 || now.findings.size > 0 || now.terms.length > 0;
  const hasWords = (unit, now) => now.terms.every((term) => wordsOf(unit).includes(term));
  const hasTheme = (unit, now) => now.theme < 0 || unit.themes.includes(now.theme);
  const hasFinding = (unit, now) => !now.findings.size || now.findings.has(unit.finding);

  function apply({ keepAddress = false } = {}) {
    const now = state();
    const filtered = isOn(now);
    const perFinding = data.findings.map(() => 0);
    const perTheme = data.themes.map(() => 0);
    let fitting = 0;
    let total = 0;
    for (const marker of texts.querySelectorAll(".pg")) marker.remove();
    for (const letter of letters) {
      const chosen = !now.letter || letter.id === now.letter;
      let found = 0;
      for (const part of letter.parts) {
        let partShown = false;
        for (const block of part.blocks) {
          let blockShown = false;
          for (const unit of block.units) {
            const words = chosen && hasWords(unit, now);
            const theme = hasTheme(unit, now);
            const finding = hasFinding(unit, now);
            unit.fits = words && theme && finding;
            if (words && theme) perFinding[unit.finding] += 1;
            if (words && finding) for (const each of unit.themes) perTheme[each] += 1;
            unit.shown = chosen && (unit.fits || context.checked);
            unit.node.hidden = !unit.shown;
            unit.node.classList.toggle("grey", unit.shown && !unit.fits);
            blockShown ||= unit.shown;
            found += unit.fits;
          }
          block.element.hidden = !blockShown;
          partShown ||= blockShown;
        }
        const lists = new Set(part.blocks.map((block) => block.list));
        lists.delete(null);
        for (const list of lists) list.hidden = ![...list.children].some((item) => !item.hidden);
        if (part.heading) part.heading.hidden = filtered && !partShown;
      }
      if (chosen) markPages(letter);
      letter.article.hidden = !chosen || (filtered && !found);
      if (chosen) total += letter.units.length;
      fitting += found;
    }
    boxes.forEach((box, index) => {
      form.querySelector(`[data-count="${box.value}"]`).textContent = `${perFinding[index]}`;
    });
    for (const option of themeChooser.options) {
      const index = data.themes.findIndex(([id]) => id === option.value);
      if (index >= 0) option.textContent = `${data.themes[index][1]} (${perTheme[index]})`;
    }
    const count = (number) => number.toLocaleString("en-GB");
    byId("shown").textContent = filtered
      ? `${count(fitting)} of ${count(total)} sentences fit`
      : `All ${count(total)} sentences`;
    byId("nothing").hidden = fitting > 0;
    mark(now.terms);
    if (!stop || !stop.shown) setStop(units.find((unit) => unit.fits && unit.link) ||
      units.find((unit) => unit.fits));
    if (!keepAddress) keep(filtered || now.letter !== firstLetter ? address(now) : "#read");
  }

  // a page's number stands beside the first thing shown of it
  function markPages(letter) {
    let last = "";
    const mark = (page, before) => {
      if (page === last) return;
      last = page;
      const marker = make("span", `p. ${page}`);
      marker.className = "pg";
      before(marker);
    };
    for (const { heading, page, blocks } of letter.parts) {
      if (heading && !heading.hidden) mark(page, (marker) => heading.prepend(marker));
      for (const block of blocks) {
        for (const unit of block.units) {
          if (unit.shown) mark(String(unit.page), (marker) => unit.node.before(marker));
        }
      }
    }
  }

  function address(now) {
    const query = new URLSearchParams();
    if (chooser) query.set("letter", now.letter);
    if (now.theme >= 0) query.set("theme", data.themes[now.theme][0]);
    if (now.findings.size) {
      query.set("finding", [...now.findings].map((index) => data.findings[index][0]).join(","));
    }
    if (search.value) query.set("text", search.value);
    return `#read?${query}`;
  }

  function keep(hash) {
    // some viewers refuse this to a page from a file; the filters work without it
    try { history.replaceState(null, "", hash); } catch { /* the address stays as it was */ }
  }

  function set({ letter, theme = "", findings = [], text = "" }) {
    const options = chooser ? [...chooser.options].map((option) => option.value) : [];
    if (options.includes(letter)) chooser.value = letter;
    themeChooser.value = data.themes.some(([id]) => id === theme) ? theme : "";
    for (const box of boxes) box.checked = findings.includes(box.value);
    search.value = text;
  }

  // found words are painted by the browser, without a change to the text
  function mark(terms) {
    if (!window.Highlight || !CSS.highlights) return;
    const ranges = [];
    for (const unit of terms.length ? units : []) {
      if (!unit.fits) continue;
      const walker = document.createTreeWalker(unit.node, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const words = plain(node.data);
        if (words.length !== node.data.length) continue;
        for (const term of terms) {
          for (let at = words.indexOf(term); at >= 0; at = words.indexOf(term, at + term.length)) {
            const range = new Range();
            range.setStart(node, at);
            range.setEnd(node, at + term.length);
            ranges.push(range);
          }
        }
      }
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  }

  // ---- what is known of one sentence
  let pinned = null;
  let now = null;

  function make(tag, text, ...children) {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    element.append(...children);
    return element;
  }

  function bar(percent) {
    const space = "http://www.w3.org/2000/svg";
    const picture = document.createElementNS(space, "svg");
    const values = { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" };
    for (const [name, value] of Object.entries(values)) picture.setAttribute(name, value);
    const stretch = document.createElementNS(space, "rect");
    stretch.setAttribute("class", "q");
    stretch.setAttribute("width", String(percent));
    stretch.setAttribute("height", "8");
    picture.append(stretch);
    return picture;
  }

  function table(rows) {
    const body = make("tbody");
    for (const [name, score] of rows) {
      const label = make("th", name);
      label.scope = "row";
      const figure = make("td", String(score));
      figure.className = "num";
      body.append(make("tr", "", label, make("td", "", bar(score)), figure));
    }
    return make("table", "", body);
  }

  function show(unit) {
    if (now) now.node.classList.remove("now");
    now = unit;
    if (!unit) {
      about.replaceChildren(...emptyPanel);
      panel.classList.remove("open");
      return;
    }
    unit.node.classList.add("now");
    const [, name, sign] = data.findings[unit.finding];
    const list = make("dl");
    const add = (term, ...values) => {
      if (values.length && values[0]) {
        list.append(make("dt", term), ...values.map((value) =>
          typeof value === "string" ? make("dd", value) : make("dd", "", value)));
      }
    };
    const place = data.sections[unit.section];
    add("Where", place ? `Page ${unit.page}, ${place}` : `Page ${unit.page}`);
    add("Decided by", data.methods[unit.method] || unit.method);
    add("The words that decided", unit.evidence ? `“${unit.evidence}”` : "");
    add("Scores, out of 100", table([
      ["Strength", unit.scores[0]], ["Weakness", unit.scores[1]],
      ["Told to improve", unit.scores[2]],
    ]));
    add("Themes, and how sure", unit.themes.length ? table(unit.themes.map((theme, index) =>
      [data.themes[theme][1], unit.themeScores[index] ?? 0])) : "none");
    add("Change since before", data.progress[unit.progress] || unit.progress);
    add("How many", data.extents[unit.extent] || unit.extent);
    add("About", unit.cohorts.join(", "));
    add("Framework", unit.reference);
    const link = make("a", "Address of this sentence");
    link.href = `#${unit.node.id}`;
    about.replaceChildren(make("h3", `${sign} ${name}`), list, make("p", "", link));
  }

  function pin(unit) {
    if (pinned) pinned.node.classList.remove("at");
    pinned = unit;
    if (unit) unit.node.classList.add("at");
    show(unit);
    if (unit) panel.classList.add("open");
  }

  // ---- walking with the keys: the text is one stop of the tab key
  let stop = null;

  const target = (unit) => unit.link || unit.node;

  function setStop(unit) {
    if (stop) target(stop).tabIndex = -1;
    stop = unit || null;
    if (stop) target(stop).tabIndex = 0;
  }

  function walk(step, marked) {
    let at = stop ? stop.index + step : 0;
    while (units[at] && !(units[at].shown && (!marked || (units[at].link && units[at].fits)))) {
      at += step;
    }
    if (!units[at]) return;
    setStop(units[at]);
    target(stop).focus({ preventScroll: true });
    stop.node.scrollIntoView({ block: "nearest" });
  }

  texts.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.matches("button")) return;
    const steps = { ArrowDown: [1, true], ArrowUp: [-1, true], ArrowRight: [1, false],
      ArrowLeft: [-1, false] };
    if (steps[event.key]) {
      event.preventDefault();
      walk(...steps[event.key]);
    } else if (event.key === "Enter" && unitOf.has(event.target)) {
      location.hash = event.target.id;
    }
  });
  texts.addEventListener("focusin", (event) => {
    const node = event.target.closest(".u");
    if (!node) return;
    const unit = unitOf.get(node);
    setStop(unit);
    show(unit);
    event.target.setAttribute("aria-describedby", "about");
  });
  texts.addEventListener("focusout", (event) => {
    event.target.removeAttribute("aria-describedby");
    show(pinned);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") pin(null);
  });

  // ---- pointing
  texts.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const node = event.target.closest(".u");
    show(node ? unitOf.get(node) : pinned);
  });
  texts.addEventListener("pointerleave", () => show(pinned));
  texts.addEventListener("click", (event) => {
    const node = event.target.closest(".u");
    if (!node || event.target.closest("a") || String(getSelection())) return;
    pin(unitOf.get(node));
    setStop(unitOf.get(node));
    keep(`#${node.id}`);
  });
  byId("close").addEventListener("click", () => pin(null));

  // ---- addresses: a sentence, or filters
  function go() {
    const hash = decode(location.hash.slice(1));
    if (hash.startsWith("s-")) return goToSentence(byId(hash));
    const [place, query] = hash.split(/\?(.*)/s);
    if (place !== "read" || query === undefined) return undefined;
    const wanted = new URLSearchParams(location.hash.split(/\?(.*)/s)[1]);
    set({
      letter: wanted.get("letter") ?? undefined,
      theme: wanted.get("theme") ?? "",
      findings: (wanted.get("finding") ?? "").split(","),
      text: wanted.get("text") ?? "",
    });
    apply({ keepAddress: true });
    byId("read").scrollIntoView();
    byId("read-h").focus({ preventScroll: true });
    return undefined;
  }

  function decode(text) {
    try { return decodeURIComponent(text); } catch { return text; }
  }

  function goToSentence(node) {
    const article = node?.closest("article.text");
    if (!article) return;
    const unit = unitOf.get(node);
    if (article.hidden || node.hidden || node.classList.contains("grey")) {
      set({ letter: article.dataset.letter });
      apply({ keepAddress: true });
    }
    node.scrollIntoView({ block: "center" });
    if (unit) {
      pin(unit);
      setStop(unit);
      target(unit).focus({ preventScroll: true });
    }
  }

  // ---- begin
  const firstLetter = chooser ? chooser.value : "";
  for (const { link } of units) if (link) link.tabIndex = -1;
  themeChooser.append(...data.themes
    .map(([id, name]) => ({ id, name }))
    .sort((one, other) => one.name.localeCompare(other.name, "en-GB"))
    .map(({ id, name }) => new Option(name, id)));
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 120);
  });
  form.addEventListener("change", (event) => { if (event.target !== search) apply(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  byId("widen").addEventListener("click", () => form.reset());
  addEventListener("hashchange", go);
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
  form.hidden = false;
  panel.hidden = false;
  document.querySelector(".keys").hidden = false;
  document.documentElement.classList.add("ready");
  apply({ keepAddress: true });
  go();
})();
