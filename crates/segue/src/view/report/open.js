// Opens the details that a link leads into, and all of them for printing. The page reads without it.
(function () {
  function open() {
    var id = decodeURIComponent(location.hash.slice(1));
    var at = id && document.getElementById(id);
    var box = at && at.closest("details");
    if (box) { box.open = true; at.scrollIntoView(); }
  }
  addEventListener("hashchange", open);
  addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (one) { one.open = true; });
  });
  open();
})();
