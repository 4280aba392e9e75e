/* What makes the console quicker where scripts run; every page works without it. */
(function () {
  "use strict";
  var doc = document;
  var words = doc.body.dataset;

  function typing(target) {
    return target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
  }

  /* Keyboard: j and k move, Enter opens, a acknowledges, / searches, ? lists the keys. */
  var here = -1;
  function rows() { return Array.prototype.slice.call(doc.querySelectorAll("[data-row]")); }
  function move(step) {
    var all = rows();
    if (!all.length) { return; }
    all.forEach(function (row, place) { if (row.classList.contains("here")) { here = place; } });
    here = Math.max(0, Math.min(all.length - 1, here + step));
    all.forEach(function (row, place) { row.classList.toggle("here", place === here); });
    var link = all[here].querySelector("a");
    all[here].scrollIntoView({ block: "nearest" });
    if (link) { link.focus({ preventScroll: true }); }
  }
  function press(selector) {
    var row = doc.querySelector("[data-row].here");
    var found = (row || doc).querySelector(selector);
    if (found) { found.click(); }
  }
  doc.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) { return; }
    if (doc.querySelector("dialog[open]")) { return; }
    var done = true;
    if (event.key === "j") { move(1); }
    else if (event.key === "k") { move(-1); }
    else if (event.key === "a") { press("[data-key='a']"); }
    else if (event.key === "/") { var search = doc.querySelector("input[type='search']"); if (search) { search.focus(); search.select(); } }
    else if (event.key === "?") { show(doc.getElementById("keys")); }
    else { done = false; }
    if (done) { event.preventDefault(); }
  });

  /* On a phone the rail is a strip: its present entry is brought into sight. */
  var current = doc.querySelector(".rail [aria-current]");
  if (current) { current.closest("ul").scrollLeft = current.offsetLeft - 16; }

  /* Dialogs. Where the browser has none, confirm() asks and the list of keys stays closed. */
  function show(dialog) { if (dialog && dialog.showModal) { dialog.showModal(); } }
  doc.addEventListener("click", function (event) {
    var opener = event.target.closest("[data-opens]");
    if (opener) { show(doc.getElementById(opener.dataset.opens)); }
    doc.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.removeAttribute("open"); }
    });
  });
  doc.addEventListener("submit", function (event) {
    var submitter = event.submitter || event.target;
    var question = submitter.dataset.confirm || event.target.dataset.confirm;
    if (question && !window.confirm(question)) { event.preventDefault(); }
  });

  /* Many out of a list: a filter, how many are chosen, and ticks for many, which take what the filter leaves. */
  doc.querySelectorAll("[data-ticks]").forEach(function (part) {
    var filter = part.querySelector("input[type='search']");
    var groups = part.querySelectorAll("[data-group]");
    var were = null;
    function boxes(within, all) {
      return Array.prototype.filter.call(within.querySelectorAll("input[type='checkbox']:not([data-many])"), function (box) {
        return all || !box.closest("label").hidden;
      });
    }
    function ticked(those) { return those.filter(function (box) { return box.checked; }).length; }
    function scope(many) { return many.closest("[data-group]") || part; }
    function stand() {
      part.querySelectorAll("[data-many]").forEach(function (many) {
        var those = boxes(scope(many));
        var count = ticked(those);
        many.checked = count > 0 && count === those.length;
        many.indeterminate = count > 0 && count < those.length;
      });
      groups.forEach(function (group) {
        var all = boxes(group, true);
        var count = ticked(all);
        group.querySelector("summary small").textContent = (count ? count + " / " : "") + all.length;
      });
      part.querySelectorAll("[data-count]").forEach(function (told) {
        var all = boxes(part, true);
        told.textContent = told.dataset.count.replace("%c", ticked(all)).replace("%t", all.length);
      });
    }
    function sift() {
      var wanted = filter.value.trim().toLowerCase();
      if (wanted && !were) { were = Array.prototype.map.call(groups, function (group) { return group.open; }); }
      boxes(part, true).forEach(function (box) {
        var label = box.closest("label");
        label.hidden = (label.textContent + " " + (label.dataset.also || "")).toLowerCase().indexOf(wanted) < 0;
      });
      groups.forEach(function (group, place) {
        group.hidden = !boxes(group).length;
        group.open = wanted ? !group.hidden : were ? were[place] : group.open;
      });
      if (!wanted) { were = null; }
      var left = boxes(part).length;
      var whole = part.querySelectorAll(".all span");
      if (whole.length) { whole[0].hidden = !!wanted; whole[1].hidden = !wanted; whole[0].parentNode.hidden = !left; }
      part.querySelector(".ticks-list").lastElementChild.hidden = !!left;
      stand();
    }
    part.querySelectorAll("[data-many]").forEach(function (many) { many.removeAttribute("name"); });
    part.addEventListener("change", function (event) {
      if (event.target.hasAttribute("data-many")) {
        boxes(scope(event.target)).forEach(function (box) { box.checked = event.target.checked; });
      }
      stand();
    });
    if (filter) {
      filter.parentNode.hidden = false;
      filter.addEventListener("input", sift);
      filter.addEventListener("keydown", function (event) {
        if (event.key !== "Enter" || event.isComposing) { return; }
        event.preventDefault();
        var first = boxes(part)[0];
        if (first) { first.focus(); }
      });
    }
    window.addEventListener("pageshow", stand);
    stand();
  });

  /* Distances and clocks go on while the page stands. The texts come with the page in its language. */
  function distance(seconds) {
    if (seconds < 60) { return words.now; }
    if (seconds < 3600) { return words.minutes.replace("%d", Math.floor(seconds / 60)); }
    if (seconds < 86400) { return words.hours.replace("%d", Math.floor(seconds / 3600)); }
    return words.days.replace("%d", Math.floor(seconds / 86400));
  }
  function two(number) { return (number < 10 ? "0" : "") + number; }
  function left(seconds) {
    var all = Math.abs(Math.trunc(seconds));
    var days = Math.floor(all / 86400);
    var rest = two(Math.floor(all % 86400 / 3600)) + ":" + two(Math.floor(all % 3600 / 60));
    var text = days ? words.clockDays.replace("%d", days).replace("%s", rest) : rest;
    if (all < 3600) { text = two(Math.floor(all / 60)) + ":" + two(all % 60); }
    return (seconds < 0 ? words.late : words.left).replace("%s", text);
  }
  var skew = Date.parse(words.time) - Date.now();
  function tick() {
    var now = Date.now() + (isNaN(skew) ? 0 : skew);
    doc.querySelectorAll("time[data-ago]").forEach(function (item) {
      var text = distance(Math.max(0, (now - Date.parse(item.dateTime)) / 1000));
      if (item.textContent !== text) { item.textContent = text; }
    });
    doc.querySelectorAll(".clock[data-due]").forEach(function (pill) {
      var start = Date.parse(pill.dataset.started);
      var due = Date.parse(pill.dataset.due);
      var used = (now - start) / (due - start);
      var stage = now >= due ? "late" : used >= 0.9 ? "90" : used >= 0.75 ? "75" : used >= 0.5 ? "50" : "0";
      pill.className = "clock clock-" + stage;
      pill.querySelector("span").textContent = left((due - now) / 1000);
    });
  }
  tick();
  window.setInterval(tick, 1000);

  /* The live part: one stream; when it breaks the part greys out and says since when. */
  var live = doc.querySelector("[data-live]");
  var lost = doc.getElementById("lost");
  if (live && window.EventSource) {
    var heard = Date.now();
    var fresh = function () {
      heard = Date.now();
      live.classList.remove("lost");
      if (lost) { lost.hidden = true; }
    };
    var open = function () {
      var stream = new EventSource(live.dataset.live);
      stream.addEventListener("desk", function (event) {
        fresh();
        var chosen = live.querySelector("[data-row].here");
        var focus = chosen && chosen.dataset.warning;
        live.innerHTML = event.data;
        tick();
        var again = focus && live.querySelector("[data-warning='" + focus + "']");
        if (again) { again.classList.add("here"); again.querySelector("a").focus({ preventScroll: true }); }
      });
      stream.addEventListener("beat", fresh);
      stream.addEventListener("over", function () { stream.close(); window.location.reload(); });
      stream.onerror = function () {
        if (stream.readyState === EventSource.CLOSED) { window.setTimeout(open, 2000); }
      };
    };
    open();
    window.setInterval(function () {
      if (Date.now() - heard < 22000) { return; }
      live.classList.add("lost");
      if (lost && lost.hidden) {
        lost.hidden = false;
        lost.querySelector("time").textContent = new Date(heard).toTimeString().slice(0, 8);
      }
    }, 1000);
  }
}());
