/* The editor of a communiqué: facts stand in the text as chips, each a reference; the check runs while one types. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-writing]"), area = form && form.elements.body;
  if (!area) return;
  const REF = /\[([^[\]\n]{1,4200})\]\(fact:([a-z]+(?::[\w@.-]+)+)=([^\s()#]{1,80})#(\d{1,12})\)/g;
  const pad = document.createElement("div");
  pad.className = "pad";
  pad.lang = area.lang;
  pad.setAttribute("contenteditable", "plaintext-only");
  // A browser that keeps no plain text puts no-break spaces of its own beside others; those of French stand at its signs.
  const plain = pad.contentEditable === "plaintext-only";
  if (!plain) pad.setAttribute("contenteditable", "true");
  const spaced = (text) => plain ? text : text.replace(/(?<![«\d])\u00a0(?![%:;!?»€])/g, " ");
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
  const toEnd = () => {
    const range = document.createRange();
    range.selectNodeContents(pad);
    range.collapse(false);
    return range;
  };
  const stand = (range) => {
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };
  const tell = () => {
    area.value = spaced(said(pad)).replace(/\n$/, "");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };

  draw();
  area.hidden = true;
  area.after(pad);
  pad.addEventListener("input", tell);
  // The browser undoes what was typed; what a click put there is ours to undo, as long as it is the last that happened.
  const changes = [];
  const changing = (change) => {
    const before = area.value;
    change();
    tell();
    if (area.value !== before) changes.push([before, area.value]);
  };
  pad.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    if (event.key.toLowerCase() === "a") {  // the text; beside a chip the browser would take the whole page
      event.preventDefault();
      const all = document.createRange();
      all.selectNodeContents(pad);
      if (pad.lastChild && pad.lastChild.nodeName === "BR") all.setEndBefore(pad.lastChild);  // what keeps the last line open is no text
      stand(all);
    }
    if (event.key.toLowerCase() !== "z") return;
    const [before, after] = changes[changes.length - 1] || [];
    if (after !== area.value) return;
    event.preventDefault();
    changes.pop();
    area.value = before;
    draw();
    stand(toEnd());
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  pad.addEventListener("blur", () => area.dispatchEvent(new Event("blur")));
  area.addEventListener("put", draw);
  // A chip is one piece: a click on it puts the caret behind it, so that typing goes on there.
  pad.addEventListener("mouseup", (event) => {
    const chip = event.target.closest && event.target.closest(".fact");
    if (!chip) return;
    const range = document.createRange();
    range.setStartAfter(chip);
    range.collapse(true);
    stand(range);
    pad.focus();
  });
  // What leaves the pad takes its facts along as references: pasted here again, they are facts.
  const taken = (event) => {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", [...selection.getRangeAt(0).cloneContents().childNodes].map(said).join(""));
  };
  pad.addEventListener("copy", taken);
  pad.addEventListener("cut", (event) => {
    taken(event);
    if (event.defaultPrevented) document.execCommand("delete");
  });
  pad.addEventListener("paste", (event) => {
    event.preventDefault();
    put(drawn(event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n")));
  });

  // Where the caret was, also after a click beside the text.
  let caret = null;
  const look = () => {
    const selection = getSelection();
    if (selection.rangeCount && pad.contains(selection.getRangeAt(0).commonAncestorContainer)) caret = selection.getRangeAt(0).cloneRange();
  };
  document.addEventListener("selectionchange", look);
  // Whether a fact that is put there would touch the word before it.
  const touches = (range) => {
    const upto = document.createRange();
    upto.selectNodeContents(pad);
    upto.setEnd(range.startContainer, range.startOffset);
    return /[^\s([{«"'’-]$/.test(upto.toString());
  };
  const put = (nodes, apart = false) => {
    look();  // the event of a key just before may still be on its way
    const range = caret && pad.contains(caret.commonAncestorContainer) ? caret : toEnd();
    if (apart && touches(range)) nodes = [document.createTextNode(" "), ...nodes];
    pad.focus();
    changing(() => {
      range.deleteContents();
      const last = nodes[nodes.length - 1];
      for (const node of [...nodes].reverse()) range.insertNode(node);
      range.setStartAfter(last);
      range.collapse(true);
      stand(range);
    });
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-token]");
    if (!button) return;
    const fresh = () => drawn(button.dataset.token).find((node) => node.dataset);
    if (!button.dataset.replace && !button.dataset.was) put([fresh()], true);
    else changing(() => replace(button.dataset, fresh));
  });
  // A space that does not break is a space to who looks for "50 %".
  const even = (text) => text.replace(/[\u00a0\u202f]/g, " ");
  const replace = (asked, fresh) => {
    if (asked.replace) {
      for (const old of pad.querySelectorAll(".fact")) if (old.dataset.fact === asked.replace) old.replaceWith(fresh());
    } else {
      const words = document.createTreeWalker(pad, NodeFilter.SHOW_TEXT, (node) => node.parentElement.closest(".fact") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
      while (words.nextNode()) {
        const at = even(words.currentNode.data).indexOf(even(asked.was));
        if (at < 0) continue;
        const rest = words.currentNode.splitText(at);
        rest.data = rest.data.slice(asked.was.length);
        rest.before(fresh());
        break;
      }
    }
  };
  const narrow = document.querySelector("[data-narrow]");
  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const narrowed = () => {
    for (const button of document.querySelectorAll(".narrowed button")) button.hidden = !folded(button.textContent).includes(folded(narrow.value));
  };
  if (narrow) narrow.addEventListener("input", narrowed);

  // The check of what is typed; the newest question is the one that is answered.
  const check = document.getElementById("check");
  let timer = 0, asked = null;
  const ask = async () => {
    if (asked) asked.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(area.dataset.check, { method: "POST", headers: { Accept: "text/html", "HX-Request": "true" }, body: new FormData(form), signal: asked.signal });
      if (!answer.ok && answer.status !== 422) return; // 422: too long to be checked, said in its place
      const isAnswering = [...check.querySelectorAll("[name=reason]")].some((field) => field.value);
      if (isAnswering || check.querySelector("details.keep[open]:focus-within, form[data-waits]")) return;
      check.innerHTML = await answer.text();
      const length = check.querySelector("[data-length]");
      if (length) document.getElementById("length").textContent = length.textContent;
    } catch { /* the server is away: the next key asks again */ }
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(ask, 500); };
  area.addEventListener("input", later);
  // The situation may have changed under a text that nobody touches.
  document.body.addEventListener("followed", () => { narrowed(); later(); });
  form.elements.title.addEventListener("input", later);
})();
