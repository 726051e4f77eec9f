"use strict";
// Search, filters, sorting and the choice of letters counted. Nothing is fetched; texts only ever
// reach the page through textContent.
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const form = byId("filters");
  const table = byId("table");
  const body = table.tBodies[0];
  const search = byId("f-text");
  const region = byId("f-region");
  const grade = byId("f-grade");
  const GRADES = ["outstanding", "good", "adequate", "requires_improvement", "inadequate"];
  const LITTLE_TEXT = 100;
  const format = (number) => number.toLocaleString("en-GB");
  const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/[^\p{L}\p{N}]+/gu, " ");

  const rows = [...body.rows].map((row, index) => ({
    row, index, name: plain(row.cells[0].textContent), scopes: data[index],
  }));
  let scope = 0;
  let sorted = { head: table.querySelector("[aria-sort]"), down: false };

  // ---- figures of the letters counted
  const rate = (count, sentences) => (sentences ? (100 * count) / sentences : NaN);

  function figures(entry) {
    const [letters, sentences, weak, mixed, strong, asked] = entry.scopes[scope];
    const rates = [weak, mixed, strong].flatMap((count) => [count, rate(count, sentences)]);
    return [letters, sentences, ...rates, null, asked];
  }

  function fill() {
    for (const entry of rows) {
      const { row } = entry;
      const [, sentences, weak, mixed, strong, , themes] = entry.scopes[scope];
      figures(entry).forEach((value, index) => {
        if (value === null) return;
        const isRate = [3, 5, 7].includes(index);
        const text = isRate ? value.toFixed(1) : format(value);
        row.cells[4 + index].textContent = Number.isNaN(value) ? "–" : text;
      });
      row.classList.toggle("little", sentences > 0 && sentences < LITTLE_TEXT);
      const total = weak + mixed + strong || 1;
      const bars = [["w", 0, weak], ["m", weak, mixed], ["s", weak + mixed, strong]];
      row.querySelector("svg").replaceChildren(...bars.map(([name, start, width]) => {
        const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        const values = { class: name, x: (100 * start) / total, y: 0, height: 10,
          width: (100 * width) / total };
        for (const [key, value] of Object.entries(values)) bar.setAttribute(key, value);
        return bar;
      }));
      row.querySelector(".weak").textContent =
        themes.map(([name, count]) => `${name} (${count})`).join(", ");
    }
  }

  // ---- sorting
  function key(entry, head) {
    const column = Number(head.dataset.col);
    const cell = entry.row.cells[column];
    switch (head.dataset.sort) {
      case "number": return figures(entry)[column - 4];
      case "date": return cell.dataset.value;
      case "grade": return GRADES.indexOf(cell.dataset.value);
      default: return cell.textContent.trim();
    }
  }

  const isMissing = (value, kind) =>
    value === "" || Number.isNaN(value) || (kind === "grade" && value < 0);

  function sort() {
    const { head, down } = sorted;
    const kind = head.dataset.sort;
    const keys = new Map(rows.map((entry) => [entry, key(entry, head)]));
    const ordered = [...rows].sort((one, other) => {
      const [a, b] = [keys.get(one), keys.get(other)];
      const [noA, noB] = [isMissing(a, kind), isMissing(b, kind)];
      if (noA || noB) return noA - noB || one.index - other.index;
      const order = typeof a === "string" ? a.localeCompare(b, "en-GB") : a - b;
      return (down ? -order : order) || one.index - other.index;
    });
    body.append(...ordered.map((entry) => entry.row));
  }

  function nameOf(head) {
    return head.dataset.name || head.textContent.replace(/[^\p{L}\p{N}, ]/gu, "").trim();
  }

  for (const head of table.querySelectorAll("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    if (head.dataset.name) button.setAttribute("aria-label", head.dataset.name);
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const again = sorted.head === head;
      sorted.head.removeAttribute("aria-sort");
      // names begin at A, numbers and dates at the greatest
      sorted = { head, down: again ? !sorted.down : ["number", "date"].includes(head.dataset.sort) };
      head.setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
      sort();
      say();
    });
  }

  // ---- filtering
  function filter() {
    const words = plain(search.value).split(" ").filter(Boolean);
    for (const { row, name } of rows) {
      row.hidden = !(words.every((word) => name.includes(word)) &&
        (!region.value || row.dataset.region === region.value) &&
        (!grade.value || row.dataset.grade === grade.value));
    }
    say();
  }

  function say() {
    const shown = rows.filter(({ row }) => !row.hidden).length;
    const order = `sorted by ${nameOf(sorted.head).toLowerCase()}`;
    const way = sorted.down ? ", greatest first" : "";
    byId("shown").textContent =
      `${format(shown)} of ${format(rows.length)} authorities, ${order}${way}`;
  }

  search.addEventListener("input", filter);
  form.addEventListener("change", (event) => {
    if (event.target.name === "scope") {
      scope = Number(event.target.value);
      fill();
      sort();
    }
    filter();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => {
    scope = 0;
    fill();
    sort();
    filter();
  }));
  form.hidden = false;
  const firstRow = table.tHead.rows[0].cells[6];
  const settle = () => table.style.setProperty("--first-row", `${firstRow.offsetHeight}px`);
  addEventListener("resize", settle);
  settle();
  say();
})();
