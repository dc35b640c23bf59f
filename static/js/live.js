/* Makes an open page live, and makes it stop looking live. The page is complete without this file.
 *
 * A frame is HTML that htmx swaps in by id; each brings #live with the server's time, and all but the beat the journal's
 * seq. The page answers each with the seq it shows. 10 s without a frame: amber; 30 s: colours drained and a banner with
 * the moment. Whatever closes the socket, the page comes back, for ever. */
(() => {
  "use strict";
  const LATE = 10_000, STALE = 30_000, SILENT = 15_000, TICK = 1_000, FRESH = 60_000, SPREAD = 8_000;
  const root = document.documentElement;
  const { lang, dataset: { zone } } = root;
  const dated = lang === "en" ? "en-GB" : lang;  // 23:15, as everywhere else on the page
  const isWall = "wall" in root.dataset;
  const socket = document.getElementById("socket");
  if (!socket) return;

  const banner = document.getElementById("stale");
  const mark = () => document.getElementById("live");
  let seq = Number(mark().dataset.seq);
  let seen = Date.now(), heard = Date.now(), tried = Date.now(), ticked = Date.now(), asked = 0;
  let ill = false, wrapper = null, current = null, offset = 0, at = null, leaving = false;
  const fresh = new Map(), changed = [];
  // The rows and columns of the matrix: when the registry changed, the page loads itself again once nobody is typing.
  const shape = (document.getElementById("shape") || { dataset: {} }).dataset.shape;
  let reshaped = false;

  // For ever, 1 to 10 s apart: the extension's own delay grows to a minute.
  htmx.config.wsReconnectDelay = () => 1_000 + Math.random() * 9_000;

  // Each new socket names the seq that the page shows by now, not the one it was loaded with.
  htmx.createWebSocket = (url) => {
    const address = new URL(url);
    // After a silence the whole board: the clock changed what no number tells (a new day, facts that are overdue).
    address.searchParams.set("seq", at && Date.now() - seen > LATE ? 0 : seq);
    tried = Date.now();
    current = new WebSocket(address);
    return current;
  };

  // What a tile says; a wall shortens long facts and keeps the whole one in data-text.
  const says = (tile) => [
    tile.dataset.status, "overdue" in tile.dataset, "toVerify" in tile.dataset, tile.querySelector("time")?.dateTime,
    ...[...tile.children].map((part) => part.dataset.text ?? part.textContent),
  ].join("\n");

  // A tile that says something else than before takes its place and is marked for 60 s; one that was only sent again does not.
  const exchange = (tile) => {
    const before = document.getElementById(tile.id), { id } = tile;
    if (says(before) === says(tile)) return;
    before.replaceWith(tile);
    changed.push(tile);
    if (!at) return;
    fresh.set(id, Date.now());
    tile.classList.add("fresh");
    setTimeout(() => {
      if (Date.now() - fresh.get(id) >= FRESH) document.getElementById(id)?.classList.remove("fresh");
    }, FRESH);
  };

  // A frame is the same for every page of a crisis: each takes the pieces that it shows. Tiles are exchanged here, because
  // htmx fires an event at all pieces for each piece: a board of thousands would hold the page for a minute.
  htmx.defineExtension("present", {
    transformResponse: (text, request) => {
      if (request) return text;
      const frame = document.createElement("template");
      frame.innerHTML = text;
      for (const piece of [...frame.content.children]) {
        const there = piece.id && document.getElementById(piece.id);
        if (piece.id && !there) piece.remove();
        else if (there && piece.classList.contains("tile")) { piece.remove(); exchange(piece); }
      }
      return frame.innerHTML;
    },
  });

  // Only when the server answers: a wall that loads again while it is away would show the browser's own error for ever.
  // `spread` in milliseconds: what concerns a thousand walls at once does not bring them all back in one second.
  const reload = (spread = 0) => {
    if (leaving) return;
    leaving = true;
    // A layer that is away (503) is no reason to wait: pages need the database only.
    const again = () => fetch("/healthz", { cache: "no-store" }).then((answer) => answer.json()).then((state) => {
      if (state.database) location.reload(); else setTimeout(again, 3_000);
    }).catch(() => setTimeout(again, 3_000));
    setTimeout(again, Math.random() * spread);
  };
  const isTyping = () => document.querySelector("#change form");

  const frame = () => {
    const live = mark();
    if (!live) return;
    const before = seq, silent = Date.now() - seen > LATE;
    heard = Date.now();
    root.classList.add("heard");
    ill = live.hasAttribute("data-ill");
    if (!ill) {
      seen = heard;
      at = live.dataset.at;
      offset = Date.parse(at) - seen;
    }
    if ("seq" in live.dataset) seq = Number(live.dataset.seq); else live.dataset.seq = seq;
    if (!ill && (seq !== before || silent)) document.body.dispatchEvent(new CustomEvent("moved"));
    if (wrapper) wrapper.send(JSON.stringify({ seq }), socket);
    reshaped ||= (document.getElementById("shape") || { dataset: {} }).dataset.shape !== shape;
    for (const tile of changed.splice(0)) htmx.trigger(tile, "tile-changed");
    show(true);
    clocks();
    ages();
    if (isWall) follow(live);
  };

  // A wall follows its own settings, and a newer version of the server, once: a second load would not bring another page.
  const follow = (live) => {
    const screen = document.getElementById("screen"), version = live.dataset.version;
    if (screen && screen.dataset.stamp !== root.dataset.stamp) reload();
    if (screen && !screen.hidden) setTimeout(() => { screen.hidden = true; }, 10_000);
    const tried = JSON.parse(sessionStorage.getItem("loaded-for") || "[]");
    if (version === root.dataset.version || tried.includes(version)) return;
    sessionStorage.setItem("loaded-for", JSON.stringify([...tried, version].slice(-20)));
    reload(SPREAD);
  };

  const show = (came) => {
    const gap = Date.now() - seen;
    const state = ill || gap >= STALE ? "stale" : gap >= LATE ? "late" : at || came ? "live" : "waiting";
    const live = mark();
    if (live && live.dataset.state !== state) {
      live.dataset.state = state;
      const word = live.querySelector(".word");
      word.textContent = word.dataset[state];
    }
    const stale = state === "stale";
    root.classList.toggle("looks-stale", stale);
    if (stale && banner.hidden) {
      const since = new Date(seen + offset);
      document.getElementById("stale-since").textContent = since.toLocaleString(dated, { dateStyle: "short", timeStyle: "medium", timeZone: zone });
    }
    if (stale) document.getElementById("stale-age").textContent = ago(gap);
    banner.hidden = !stale;
    if (stale) refresh();
  };

  // A socket that stays away while pages still answer (a proxy in between): the page is fetched again, once a minute.
  const refresh = () => {
    if (Date.now() - Math.max(seen, asked) < 60_000) return;
    asked = Date.now();
    fetch("/healthz", { cache: "no-store" }).then((answer) => { if (answer.ok && !isTyping()) location.reload(); }).catch(() => {});
  };

  // A connection of which only one half is left says nothing and does not close: leave it, and open another.
  const revive = () => {
    if (!wrapper || !current || current.readyState > WebSocket.OPEN) return;
    if (Date.now() - heard < SILENT || Date.now() - tried < SILENT) return;
    current.onopen = current.onclose = current.onerror = current.onmessage = null;
    current.close();
    wrapper.reconnect();
  };

  const formats = {};
  const unit = (count, name) => (formats[name] ??= new Intl.NumberFormat(lang, { style: "unit", unit: name, unitDisplay: "short" })).format(count);
  const short = (minutes) => minutes < 60 ? unit(minutes, "minute") : minutes < 2880 ? unit(Math.floor(minutes / 60), "hour") : unit(Math.floor(minutes / 1440), "day");
  const passed = new Intl.RelativeTimeFormat(lang, { style: "short" });
  const ago = (gap) => {
    const seconds = Math.floor(gap / 1_000);
    if (seconds < 120) return passed.format(-seconds, "second");
    return seconds < 7200 ? passed.format(-Math.floor(seconds / 60), "minute") : passed.format(-Math.floor(seconds / 3600), "hour");
  };

  const ahead = (minutes) => minutes < 60 ? passed.format(minutes, "minute") : minutes < 2880 ? passed.format(Math.round(minutes / 60), "hour") : passed.format(Math.round(minutes / 1440), "day");

  // The server's time: this machine's clock may be wrong by hours. A wall's mark says when the last frame came.
  const clocks = () => {
    if (!at) return;
    const now = new Date(Date.now() + offset);
    const say = (date, options) => date.toLocaleString(dated, { timeZone: zone, hour: "2-digit", minute: "2-digit", ...options });
    const clock = mark() && mark().querySelector(".clock");
    if (clock) clock.textContent = isWall ? say(new Date(at), { second: "2-digit" }) : say(now, { weekday: "short", day: "numeric", month: "short" });
    for (const node of document.querySelectorAll("[data-clock]")) node.textContent = say(now);
  };

  // How old each fact is.
  const ages = () => {
    if (!at) return;
    const now = Date.now() + offset;
    for (const time of document.querySelectorAll("time[data-age]")) {
      const text = short(Math.max(0, Math.floor((now - Date.parse(time.dateTime)) / 60_000)));
      if (time.dataset.age !== text) time.dataset.age = text;
    }
    // How long until a meeting; once its hour has passed, that.
    for (const time of document.querySelectorAll("time[data-until]")) {
      const left = Math.ceil((Date.parse(time.dateTime) - now) / 60_000);
      const text = left > 0 ? ahead(left) : time.dataset.past;
      if (time.textContent !== text) time.textContent = text;
    }
  };

  document.body.addEventListener("htmx:wsConnecting", () => { tried = Date.now(); });
  document.body.addEventListener("htmx:wsOpen", (event) => { wrapper = event.detail.socketWrapper; });
  document.body.addEventListener("htmx:wsAfterMessage", frame);
  document.body.addEventListener("htmx:wsClose", (event) => {
    const code = event.detail.event.code;
    wrapper = event.detail.socketWrapper;
    if (code === 4403 || code === 4404) {
      if (isWall) document.getElementById("main").replaceChildren();
      reload();
      return;
    }
    // htmx reconnects by itself after these; every other close (a clean one too) is ours to heal.
    if ([1006, 1011, 1012, 1013].includes(code)) return;
    setTimeout(() => event.detail.socketWrapper.reconnect(), htmx.config.wsReconnectDelay());
  });

  if (isWall) root.dataset.stamp = document.getElementById("screen").dataset.stamp;
  setInterval(() => {
    // A machine that slept wakes with an old page: the gap counts, even when the clock was set back meanwhile.
    const back = ticked - Date.now();
    if (back > 0) { seen -= back; heard -= back; tried -= back; offset += back; }
    ticked = Date.now();
    if (reshaped && !isTyping()) reload(isWall ? SPREAD : 0);
    revive();
    show(false);
    clocks();
  }, TICK);
  setInterval(ages, 30_000);
})();
