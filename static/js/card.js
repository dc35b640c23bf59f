/* A scanned card brings its code behind "#": it goes into the field, and out of the address. */
(() => {
  "use strict";
  const code = decodeURIComponent(location.hash.slice(1));
  const field = document.querySelector("[data-card] [name=code]");
  if (!code || !field) return;
  field.value = code.replace(/(.{4})(?=.)/g, "$1-");
  history.replaceState(null, "", location.pathname);
  document.querySelector("[data-card] [name=new]").focus();
})();
