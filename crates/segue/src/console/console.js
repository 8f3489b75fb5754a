// Keeps a page live, asks before a deed without leaving the page, and listens to keys.
// Everything works without it: pages load themselves again, questions have pages of their own.
(function () {
  "use strict";
  var $ = function (id) { return document.getElementById(id); };
  var main = $("main");

  // Replaces a part. What a reader has opened stays open, and the focus stays where it was.
  function replace(part) {
    var box = $(part.id);
    if (!box) return;
    var open = {};
    box.querySelectorAll("details[id]").forEach(function (one) { open[one.id] = one.open; });
    var at = document.activeElement;
    var focus = at && box.contains(at) ? at.id : null;
    box.innerHTML = part.html;
    box.querySelectorAll("details[id]").forEach(function (one) {
      if (open[one.id] !== undefined) one.open = open[one.id];
    });
    offer(box);
    if (focus && $(focus)) $(focus).focus({ preventScroll: true });
  }

  function live(place) {
    var state = $("state");
    var lang = document.documentElement.lang;
    var source = new EventSource(place + (place.indexOf("?") < 0 ? "?" : "&") + "lang=" + lang);
    function say(on) {
      if (!state) return;
      var text = on ? "● " + state.dataset.on : "○ " + state.dataset.off;
      if (state.textContent !== text) state.textContent = text;
      state.classList.toggle("off", !on);
    }
    source.addEventListener("parts", function (event) {
      say(true);
      JSON.parse(event.data).forEach(replace);
    });
    source.onopen = function () { say(true); };
    source.onerror = function () { say(false); };
  }

  // What only works with script is shown only with it.
  function offer(box) {
    box.querySelectorAll("button[hidden]").forEach(function (one) { one.hidden = false; });
  }

  function ask(link) {
    var dialog = $("ask");
    fetch(link.href + "?part=1", { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) throw new Error(answer.status);
      return answer.text();
    }).then(function (html) {
      dialog.innerHTML = html;
      offer(dialog);
      dialog.showModal();
      var first = dialog.querySelector(".cancel");
      if (first) first.focus();
    }).catch(function () { location.href = link.href; });
  }

  function copy(button) {
    var before = button.textContent;
    navigator.clipboard.writeText(button.dataset.copy).then(function () {
      button.textContent = "✔ " + document.body.dataset.copied;
      setTimeout(function () { button.textContent = before; }, 1500);
    });
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-ask]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      ask(link);
      return;
    }
    var cancel = event.target.closest("dialog .cancel");
    if (cancel) {
      event.preventDefault();
      cancel.closest("dialog").close();
      return;
    }
    var button = event.target.closest("button.copy");
    if (button) copy(button);
    if (event.target.closest("#keys-open")) $("keys").showModal();
  });

  // The scrubber of a rehearsal: the address follows, so that a moment can be sent to others.
  var waiting = null;
  document.addEventListener("input", function (event) {
    var range = event.target;
    if (!range.matches || !range.matches("input[data-scrub]")) return;
    clearTimeout(waiting);
    waiting = setTimeout(function () {
      var place = location.pathname + "?at=" + range.value;
      fetch(place + "&part=1", { credentials: "same-origin" }).then(function (answer) {
        return answer.ok ? answer.text() : Promise.reject(answer.status);
      }).then(function (html) {
        replace({ id: "run", html: html });
        history.replaceState(null, "", place);
      }).catch(function () {});
    }, 60);
  });

  function tables() {
    var all = document.querySelectorAll("details.astable");
    var open = Array.prototype.some.call(all, function (one) { return !one.open; });
    all.forEach(function (one) { one.open = open; });
  }

  var places = { h: "/", s: "/shifts", m: "/migrate", r: "/rehearse", l: "/log" };
  var before = null;
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input, select, textarea")) return;
    if (document.querySelector("dialog[open]")) return;
    var key = event.key;
    if (before === "g" && places[key]) { location.href = places[key]; return; }
    before = key;
    var deed = { p: ["deed-pause", "deed-resume"], a: ["deed-abort"] }[key];
    if (deed) deed.forEach(function (id) {
      var button = $(id);
      if (button && button.matches("a")) { event.preventDefault(); button.click(); }
    });
    if (key === "t") tables();
    if (key === "?") { event.preventDefault(); $("keys").showModal(); }
  });

  offer(document);
  if (main && main.dataset.live) live(main.dataset.live);
})();
