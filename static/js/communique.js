/* The editor of a communiqué: facts stand in the text as chips, each a reference; the check runs while one types. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-writing]"), area = form && form.elements.body;
  if (!area) return;
  const REF = /\[([^[\]\n]{1,300})\]\(fact:([a-z]+(?::[\w@.-]+)+)=([^\s()#]{1,80})#(\d{1,12})\)/g;
  const pad = document.createElement("div");
  pad.className = "pad";
  pad.lang = area.lang;
  pad.setAttribute("contenteditable", "plaintext-only");
  if (pad.contentEditable !== "plaintext-only") pad.setAttribute("contenteditable", "true");
  for (const [name, value] of [["role", "textbox"], ["aria-multiline", "true"], ["aria-labelledby", "body-label"], ["spellcheck", "true"]]) pad.setAttribute(name, value);

  const chip = (words, token) => {
    const node = document.createElement("span");
    node.className = "fact";
    node.contentEditable = "false";
    node.textContent = words;
    node.dataset.token = token;
    node.dataset.fact = /\(fact:([^=]+)=/.exec(token)[1];
    node.title = node.dataset.fact;
    return node;
  };
  const drawn = (text) => {
    const nodes = [];
    let at = 0;
    for (const found of text.matchAll(REF)) {
      nodes.push(document.createTextNode(text.slice(at, found.index)), chip(found[1], found[0]));
      at = found.index + found[0].length;
    }
    return [...nodes, document.createTextNode(text.slice(at))];
  };
  // What the pad holds as text: a chip is its reference, a line break whatever the browser made of it.
  const said = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.dataset && node.dataset.token) return node.dataset.token;
    if (node.nodeName === "BR") return "\n";
    const inner = [...node.childNodes].map(said).join("");
    return node !== pad && node.nodeName === "DIV" ? `\n${inner}` : inner;
  };
  const draw = () => pad.replaceChildren(...drawn(area.value));
  const tell = () => {
    area.value = said(pad).replace(/\u00a0/g, " ").replace(/\n$/, "");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };

  draw();
  area.hidden = true;
  area.after(pad);
  pad.addEventListener("input", tell);
  pad.addEventListener("blur", () => area.dispatchEvent(new Event("blur")));
  area.addEventListener("put", draw);
  // A chip is one piece: a click on it puts the caret behind it, so that typing goes on there.
  pad.addEventListener("mouseup", (event) => {
    const chip = event.target.closest && event.target.closest(".fact");
    if (!chip) return;
    const range = document.createRange();
    range.setStartAfter(chip);
    range.collapse(true);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    pad.focus();
  });
  pad.addEventListener("paste", (event) => {
    event.preventDefault();
    put(drawn(event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n")));
  });

  // Where the caret was, also after a click beside the text.
  let caret = null;
  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    if (selection.rangeCount && pad.contains(selection.getRangeAt(0).commonAncestorContainer)) caret = selection.getRangeAt(0).cloneRange();
  });
  const put = (nodes) => {
    const selection = getSelection();
    let range = caret && pad.contains(caret.commonAncestorContainer) ? caret : null;
    pad.focus();
    if (!range) {
      range = document.createRange();
      range.selectNodeContents(pad);
      range.collapse(false);
    }
    range.deleteContents();
    const last = nodes[nodes.length - 1];
    for (const node of [...nodes].reverse()) range.insertNode(node);
    range.setStartAfter(last);
    range.collapse(true);
    selection.removeAllRanges();
    selection.addRange(range);
    tell();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-token]");
    if (!button) return;
    const fresh = () => drawn(button.dataset.token).find((node) => node.dataset);
    if (button.dataset.replace) {
      for (const old of pad.querySelectorAll(".fact")) if (old.dataset.fact === button.dataset.replace) old.replaceWith(fresh());
    } else if (button.dataset.was) {
      const words = document.createTreeWalker(pad, NodeFilter.SHOW_TEXT, (node) => node.parentElement.closest(".fact") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
      while (words.nextNode()) {
        const at = words.currentNode.data.indexOf(button.dataset.was);
        if (at < 0) continue;
        const rest = words.currentNode.splitText(at);
        rest.data = rest.data.slice(button.dataset.was.length);
        rest.before(fresh());
        break;
      }
    } else { put([fresh()]); return; }
    tell();
  });
  const narrow = document.querySelector("[data-narrow]");
  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  if (narrow) narrow.addEventListener("input", () => {
    for (const button of document.querySelectorAll(".narrowed button")) button.hidden = !folded(button.textContent).includes(folded(narrow.value));
  });

  // The check of what is typed; the newest question is the one that is answered.
  const check = document.getElementById("check");
  let timer = 0, asked = null;
  const ask = async () => {
    if (asked) asked.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(area.dataset.check, { method: "POST", headers: { Accept: "text/html", "HX-Request": "true" }, body: new FormData(form), signal: asked.signal });
      if (!answer.ok) return;
      if (check.querySelector("details.keep[open] input:focus")) return;
      check.innerHTML = await answer.text();
      const length = check.querySelector("[data-length]");
      if (length) document.getElementById("length").textContent = length.textContent;
    } catch { /* the server is away: the next key asks again */ }
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(ask, 500); };
  area.addEventListener("input", later);
  form.elements.title.addEventListener("input", later);
})();
