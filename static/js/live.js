/* Makes an open page live, and makes it stop looking live. The page is complete without this file.
 *
 * A frame is HTML that htmx swaps in by id; each brings #live with the journal's seq and the server's time. The page
 * answers with the seq it shows. 10 s without a frame: amber; 30 s: colours drained and a banner with the moment. */
(() => {
  "use strict";
  const LATE = 10_000, STALE = 30_000, TICK = 1_000;
  const { lang, dataset: { zone } } = document.documentElement;
  const socket = document.getElementById("socket");
  if (!socket) return;

  // For ever, 1 to 10 s apart: the extension's own delay grows to a minute.
  htmx.config.wsReconnectDelay = () => 1_000 + Math.random() * 9_000;

  // A frame is the same for every page of a crisis: each takes the pieces that it shows.
  htmx.defineExtension("present", {
    transformResponse: (text, request) => {
      if (request) return text;
      const frame = document.createElement("template");
      frame.innerHTML = text;
      for (const piece of [...frame.content.children]) if (piece.id && !document.getElementById(piece.id)) piece.remove();
      return frame.innerHTML;
    },
  });

  const banner = document.getElementById("stale");
  let seen = Date.now(), ticked = Date.now(), ill = false, wrapper = null, offset = 0, at = null, asked = 0;
  // The rows and columns of the matrix: when the registry changed, the page loads itself again once nobody is typing.
  const shape = (document.getElementById("shape") || { dataset: {} }).dataset.shape;
  let reshaped = false;
  const mark = () => document.getElementById("live");

  const frame = () => {
    const live = mark();
    if (!live) return;
    ill = live.hasAttribute("data-ill");
    if (!ill) {
      seen = Date.now();
      at = live.dataset.at;
      offset = Date.parse(at) - seen;
    }
    if (wrapper) wrapper.send(JSON.stringify({ seq: Number(live.dataset.seq) }), socket);
    show(true);
    ages();
  };

  const show = (fresh) => {
    const gap = Date.now() - seen;
    const state = ill || gap >= STALE ? "stale" : gap >= LATE ? "late" : at || fresh ? "live" : "waiting";
    const live = mark();
    if (live && live.dataset.state !== state) {
      live.dataset.state = state;
      const word = live.querySelector(".word");
      word.textContent = word.dataset[state];
    }
    const stale = state === "stale";
    document.documentElement.classList.toggle("looks-stale", stale);
    if (stale && banner.hidden) {
      const since = new Date(seen + offset);
      document.getElementById("stale-since").textContent = since.toLocaleString(lang, { dateStyle: "short", timeStyle: "medium", timeZone: zone });
    }
    banner.hidden = !stale;
    if (stale) refresh();
  };

  // A socket that stays away while pages still answer (a proxy in between): the page is fetched again, once a minute.
  const refresh = () => {
    if (Date.now() - Math.max(seen, asked) < 60_000) return;
    asked = Date.now();
    fetch("/healthz", { cache: "no-store" }).then((answer) => {
      if (answer.ok && !document.querySelector("#change form")) location.reload();
    }).catch(() => {});
  };

  // How old each fact is, counted from the server's time: this machine's clock may be wrong by hours.
  const ages = () => {
    const now = Date.now() + offset;
    const clock = mark() && mark().querySelector(".clock");
    if (clock && at) clock.textContent = new Date(now).toLocaleString(lang, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: zone });
    const format = (unit) => new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "short" });
    for (const time of document.querySelectorAll("time[data-age]")) {
      const minutes = Math.max(0, Math.floor((now - Date.parse(time.dateTime)) / 60_000));
      const [count, unit] = minutes < 60 ? [minutes, "minute"] : minutes < 2880 ? [Math.floor(minutes / 60), "hour"] : [Math.floor(minutes / 1440), "day"];
      const text = format(unit).format(count);
      if (time.dataset.age !== text) time.dataset.age = text;
    }
  };

  document.body.addEventListener("htmx:wsOpen", (event) => { wrapper = event.detail.socketWrapper; });
  document.body.addEventListener("htmx:wsAfterMessage", frame);
  document.body.addEventListener("htmx:wsClose", (event) => {
    const code = event.detail.event.code;
    if (code === 4403 || code === 4404) { location.reload(); return; }
    // htmx reconnects by itself after these; every other close (a clean one too) is ours to heal.
    if ([1006, 1011, 1012, 1013].includes(code)) return;
    setTimeout(() => event.detail.socketWrapper.reconnect(), htmx.config.wsReconnectDelay());
  });
  document.body.addEventListener("htmx:oobAfterSwap", (event) => {
    const tile = event.detail.target;
    if (tile.id === "shape") reshaped = document.getElementById("shape").dataset.shape !== shape;
    if (!tile.classList || !tile.classList.contains("tile")) return;
    const now = document.getElementById(tile.id);
    if (!now || !at) return;
    now.classList.add("fresh");
    window.htmx.trigger(document.body, "tile-changed");
    setTimeout(() => now.classList.remove("fresh"), 60_000);
  });

  setInterval(() => {
    // A machine that slept wakes with an old page: the gap counts, even when the clock was set back meanwhile.
    if (Date.now() < ticked) seen -= ticked - Date.now();
    ticked = Date.now();
    if (reshaped && !document.querySelector("#change form")) location.reload();
    show(false);
  }, TICK);
  setInterval(ages, 30_000);
  ages();
})();
