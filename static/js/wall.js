/* What a wall does by itself: fit the screen, turn its pages at a calm pace, and move by a pixel or two against burn-in. */
(() => {
  "use strict";
  const root = document.documentElement, { zoom, shows, pageSeconds } = root.dataset;
  const PACE = Number(pageSeconds) * 1_000, SHIFT = 120_000, STAYS = 4_000, HEAD = 11;
  root.style.setProperty("--zoom", Number(zoom) / 100);
  const main = document.getElementById("main"), table = document.getElementById("matrix");

  // Against burn-in: the picture walks around within three pixels, a step every two minutes.
  const steps = [[0, 0], [1, 1], [2, 2], [3, 1], [2, 0], [1, -1], [0, -2], [-1, -1], [-2, 0], [-1, 1]];
  let step = 0;
  setInterval(() => {
    step = (step + 1) % steps.length;
    main.style.translate = `${steps[step][0]}px ${steps[step][1]}px`;
  }, SHIFT);
  // A wall that is stale makes room for the banner, however many lines that takes.
  const banner = document.getElementById("stale");
  new ResizeObserver(() => root.style.setProperty("--banner", `${banner.offsetHeight}px`)).observe(banner);
  if (!table) return;

  const area = document.querySelector(".wall-matrix"), section = area.parentElement;
  const line = document.querySelector(".wall-page"), none = document.querySelector(".wall-none");
  const heads = [...table.tHead.rows[0].cells].slice(1);
  const rows = [...table.tBodies[0].rows].map((row, place) => ({ row, place, cells: [...row.cells].slice(1), essential: "essential" in row.dataset }));
  let pages = [], page = 0, turned = Date.now();

  const tileOf = (cell) => cell.querySelector(".tile");
  const counts = (tile, essential) => shows === "down" ? ["suspended", "not_assessed"].includes(tile.dataset.status) : shows !== "essential" || essential;
  const shown = (row, column) => {
    const tile = tileOf(row.cells[column]);
    return tile && counts(tile, row.essential) ? tile : null;
  };
  // Suspended first, and an essential service before all others: what the alarm names stands on top of the first page.
  const down = (row, columns) => columns.filter((column) => shown(row, column)?.dataset.status === "suspended").length * (row.essential ? 1_000 : 1);

  const present = (columns, kept) => {
    const wanted = new Set(columns), there = new Set(kept);
    heads.forEach((head, column) => { head.hidden = !wanted.has(column); });
    for (const row of rows) {
      row.row.hidden = !there.has(row);
      if (row.row.hidden) continue;
      row.cells.forEach((cell, column) => {
        cell.hidden = !wanted.has(column);
        const tile = tileOf(cell);
        if (tile) tile.classList.toggle("off", !shown(row, column));
      });
    }
  };

  // How wide the columns must be for no word to be cut: the widest of all, measured once all are laid out at their least.
  const measure = (columns, kept) => {
    present(columns, kept);
    table.classList.add("measuring");
    const widest = Math.max(...columns.map((column) => heads[column].offsetWidth)), head = table.tHead.rows[0].cells[0].offsetWidth;
    table.classList.remove("measuring");
    const first = Math.max(head, HEAD * parseFloat(getComputedStyle(root).fontSize));
    table.style.setProperty("--head", `${first}px`);
    return { first: first + gap(), each: widest + gap() };
  };
  const gap = () => parseFloat(getComputedStyle(table).borderSpacing);

  const chunks = (columns, most) => {
    const count = Math.ceil(columns.length / Math.max(1, most)), size = Math.ceil(columns.length / count);
    return Array.from({ length: count }, (_, n) => columns.slice(n * size, (n + 1) * size)).filter((chunk) => chunk.length);
  };

  // The rows of some columns, cut into pages by the height that each really has.
  const paged = (columns, several) => {
    let kept = rows.filter((row) => columns.some((column) => shown(row, column)));
    if (several) kept = kept.sort((a, b) => down(b, columns) - down(a, columns) || a.place - b.place);
    present(columns, kept);
    const room = area.clientHeight - table.tHead.offsetHeight - gap();
    const found = [];
    let height = Infinity;
    for (const row of kept) {
      const tall = row.row.offsetHeight + gap();
      if (height + tall > room) { found.push({ columns, rows: [], height: 0 }); height = 0; }
      found.at(-1).rows.push(row);
      found.at(-1).height = height += tall;
    }
    return found;
  };

  const build = () => {
    const before = pages[page], columns = heads.map((_, column) => column).filter((column) => rows.some((row) => shown(row, column)));
    table.classList.remove("full");
    none.hidden = columns.length > 0 || !rows.length;
    table.hidden = columns.length === 0;
    line.hidden = true;
    pages = [];
    if (!columns.length) return;
    const { first, each } = measure(columns, rows.filter((row) => columns.some((column) => shown(row, column))));
    const groups = chunks(columns, Math.floor((area.clientWidth - first) / each));
    pages = groups.length > 1 ? [] : paged(groups[0], false);
    if (pages.length !== 1) {
      line.hidden = false;
      const weight = ({ columns: those, rows: kept }) => kept.reduce((sum, row) => sum + down(row, those), 0);
      pages = groups.flatMap((group) => paged(group, true)).map((found) => ({ ...found, weight: weight(found) })).sort((a, b) => b.weight - a.weight);
    }
    if (!pages.length) return;
    const same = before ? pages.findIndex((found) => found.rows[0] === before.rows[0] && found.columns[0] === before.columns[0]) : -1;
    show(same >= 0 ? same : Math.min(page, pages.length - 1));
  };

  const turn = (to) => {
    turned = Date.now();
    show(to % pages.length);
  };
  const show = (to) => {
    page = to;
    const { columns, rows: kept, height } = pages[page];
    present(columns.filter((column) => kept.some((row) => shown(row, column))), kept);
    // In the page's own order: suspended first when there are several pages.
    for (const { row } of pages.length > 1 ? kept : [...kept].sort((a, b) => a.place - b.place)) row.parentElement.append(row);
    table.classList.toggle("full", height > area.clientHeight * 0.55);
    line.textContent = section.dataset.pageWords.replace("{page}", page + 1).replace("{pages}", pages.length);
    line.hidden = pages.length < 2;
    shorten();
  };

  // A fact of more than two lines ends after a whole word. All are halved together: a few layouts, not some for each.
  const shorten = () => {
    const open = [...table.querySelectorAll("tr:not([hidden]) td:not([hidden]) .facts")].map((node) => ({ node, text: node.dataset.text ?? node.textContent }));
    open.forEach(({ node, text }) => { node.textContent = text; });
    const long = open.filter(({ node }) => node.scrollHeight > node.clientHeight + 1);
    long.forEach((fact) => Object.assign(fact, { words: fact.text.split(" "), least: 0, most: fact.text.split(" ").length, full: fact.node.clientHeight + 1 }));
    while (long.some(({ least, most }) => most - least > 1)) {
      long.forEach((fact) => { fact.half = (fact.least + fact.most) >> 1; fact.node.textContent = `${fact.words.slice(0, fact.half).join(" ")} …`; });
      long.map((fact) => fact.node.scrollHeight <= fact.full).forEach((fits, n) => { if (fits) long[n].least = long[n].half; else long[n].most = long[n].half; });
    }
    long.forEach(({ node, text, words, least }) => { node.dataset.text = text; node.textContent = `${words.slice(0, least).join(" ")} …`; });
  };

  // Lists show as many whole lines as fit; alarms say how many more there are.
  const trim = () => {
    for (const list of document.querySelectorAll(".wall-aside .feed")) {
      const items = [...list.children];
      items.forEach((item) => { item.hidden = false; });
      const panel = list.closest(".panel"), bottom = panel.getBoundingClientRect().bottom - parseFloat(getComputedStyle(panel).paddingBottom) * (panel.currentCSSZoom || 1);
      items.forEach((item) => { if (item.getBoundingClientRect().bottom > bottom + 1) item.hidden = true; });
    }
    const alarms = document.getElementById("alarms");
    if (!alarms || alarms.hidden) return;
    const items = [...alarms.querySelectorAll(".item")], more = alarms.querySelector(".more");
    items.forEach((item) => { item.hidden = false; });
    more.hidden = true;
    const lines = parseFloat(getComputedStyle(root).fontSize) * 5.2;
    let left = 0;
    while (alarms.offsetHeight > lines && left < items.length) {
      items[items.length - 1 - left].hidden = true;
      left += 1;
      more.hidden = false;
      more.textContent = `+ ${left}`;
    }
  };

  let asked = 0, wanted = null, away = false, next = 0;
  const fit = () => {
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(() => { if (table.isConnected) { build(); trim(); } });
  };

  // Turn when it is time: to the change that just came, which is what people want to see, else to the next page.
  // One way round between two ordinary turns, so that a busy hour does not hide the other pages.
  const pace = () => {
    const detour = wanted && !away;
    if (!table.isConnected || pages.length < 2 || Date.now() - turned < (detour ? STAYS : PACE)) return;
    if (!detour) {
      next = (next + 1) % pages.length;
      away = false;
      turn(next);
      return;
    }
    const place = pages.findIndex((found) => found.rows.some((row) => found.columns.some((column) => row.cells[column] === wanted)));
    wanted = null;
    if (place < 0 || place === page) return;
    away = true;
    turn(place);
  };
  document.body.addEventListener("tile-changed", (event) => {
    wanted = event.target.closest("td");
    fit();
  });
  document.body.addEventListener("htmx:wsAfterMessage", () => requestAnimationFrame(trim));
  setInterval(pace, 1_000);
  const resized = new ResizeObserver(fit);
  resized.observe(area);
  resized.observe(root);
  document.fonts.ready.then(fit);
  fit();
})();
