// The way through the page: its words in either language, step by step, and what the buttons around the card do.
"use strict";
(function () {
  var plan = review.plan, el = review.el, byId = review.byId, t = review.t, say = review.say, N = plan.proposals.length;
  var steps = plan.proposals.map(function (_, i) { return { card: function (card) { review.proposalCard(card, i); } }; });
  steps.push({ sign: "⌂", title: "What your home needs", card: review.needsCard });
  if (review.hasBudget) steps.push({ sign: "¥", title: "A hundred points", card: review.budgetCard });
  steps.push({ sign: "✓", title: "Send your answers", card: review.endCard });
  var LAST = steps.length - 1;

  review.live = function (words) { byId("live").textContent = words; };
  function setText(node, words) { if (node.textContent !== words) node.textContent = words; } // or it would be read out again
  function head() {
    document.documentElement.lang = review.lang === "zh" ? "zh-CN" : "en";
    document.documentElement.classList.toggle("large", review.state.large);
    var title = t("{community} · your say", { community: plan.community });
    document.title = title;
    setText(byId("heading"), title);
    var parts = [t("answered {done} of {all}", { done: review.doneCount(), all: N })];
    if (plan.until) parts.push(t("until {date}", { date: review.until() }));
    parts.push(t("No network needed"));
    var line = byId("state"), words = parts.join(" · ");
    if (line.textContent === words) return;
    line.textContent = "";
    parts.forEach(function (part, i) { line.append(i ? " · " : "", el("span", "part", part)); }); // a line breaks between parts only
  }
  function label(id, words) { byId(id).setAttribute("aria-label", words); }
  function fixedWords() {
    byId("language").textContent = review.lang === "zh" ? "EN" : "中文";
    byId("language").lang = review.lang === "zh" ? "en" : "zh-CN";
    label("language", review.lang === "zh" ? "EN: English" : "中文: Chinese");
    byId("large").textContent = review.lang === "zh" ? "大字" : "A+";
    label("large", review.lang === "zh" ? t("Large type") : "A+: " + t("Large type")); // begins with what is seen
    byId("large").setAttribute("aria-pressed", String(review.state.large));
    byId("skip").textContent = t("To the proposals");
    byId("find-open").textContent = t("My building");
    byId("find-label").textContent = t("Name or number of the building");
    label("find-close", t("Close the search"));
    byId("theme-words").textContent = t("The map shows");
    label("zoom", t("Zoom")); label("zoom-in", t("Closer")); label("zoom-out", t("Farther")); label("zoom-all", t("Whole community"));
    byId("map_review").setAttribute("role", "group"); // moved by arrow keys, zoomed by plus and minus
    label("map_review", t("Map: arrow keys move it, plus and minus zoom"));
    label("map-side", t("Map of the community"));
    label("draw-bar", t("Mark on the map:"));
    label("steps", t("Go through the proposals"));
    label("list", t("All proposals"));
    label("legend", t("Legend"));
    byId("legend-open").textContent = t("Legend");
    byId("previous").textContent = t("Back");
    themes();
    review.swipeWords();
  }
  function themes() {
    var theme = byId("theme");
    theme.textContent = "";
    plan.themes.map(function (item) { return say(item.title); }).concat([t("Buildings only")]).forEach(function (words, i) {
      var option = el("option", "", words);
      option.value = String(i < plan.themes.length ? i : -1);
      theme.append(option);
    });
    theme.value = String(review.theme);
  }
  function list() {
    var nav = byId("list");
    nav.textContent = "";
    nav.append(el("h2", "", t("All proposals")));
    var entries = el("ul");
    steps.forEach(function (step, i) {
      var p = plan.proposals[i], li = el("li"), mark = "";
      if (p) {
        var word = review.CHOICES.filter(function (c) { return c[0] === review.answer(i).choice; })[0];
        mark = word ? t(word[1]) : review.isDone(i) ? "✓" : "";
      }
      var button = review.button("", undefined, function () { review.show(i, true); }), disc = el("span", "disc", p ? String(p.number) : step.sign);
      if (!p) disc.setAttribute("aria-hidden", "true");
      if (i === review.state.current) button.setAttribute("aria-current", "step");
      button.append(disc, el("span", "name", p ? say(p.title) : t(step.title)), el("span", "mark", mark));
      li.append(button); entries.append(li);
    });
    nav.append(entries);
  }
  function foot() {
    var box = byId("foot");
    box.textContent = "";
    if (plan.said.length) box.append(review.saidBox(plan.said));
    if (plan.contact) box.append(el("p", "", t("Questions: {contact}", { contact: plan.contact })));
    box.append(el("p", "", t("Sketch map, without legal force.")));
    plan.remarks.forEach(function (words) { box.append(el("p", "", say(words))); });
    if (plan.attribution) box.append(el("p", "", t("Data: {source}", { source: plan.attribution })));
    box.append(el("p", "", t("Version {n}, seal {seal}", { n: plan.version, seal: plan.seal })));
  }
  review.changed = function () {
    review.unsent();
    review.keep(); head(); list(); review.mark(review.state.current, review.isDone);
  };

  function showTheme(index) {
    review.theme = index;
    byId("theme").value = String(index);
    review.paint();
  }
  review.show = function (index, isAsked) {
    var i = review.state.current = Math.min(Math.max(index, 0), LAST), card = byId("card");
    review.stopDrawing();
    card.textContent = "";
    steps[i].card(card);
    byId("previous").disabled = i === 0;
    byId("next").textContent = i < LAST - 1 ? t("Next") : t("Finish");
    byId("next").disabled = i >= LAST;
    head(); list(); review.mark(i, review.isDone); review.showMarks();
    var touched = review.isTouched;
    review.keep();
    review.isTouched = touched;
    if (i < N && plan.proposals[i].theme >= 0 && isAsked && review.theme !== plan.proposals[i].theme) showTheme(plan.proposals[i].theme);
    if (i < N) review.look(i);
    if (isAsked) {
      byId("card-title").focus({ preventScroll: true });
      byId("cards").scrollTop = 0;
      var top = card.getBoundingClientRect().top;
      if (top < 0 || top > window.innerHeight * 0.6) window.scrollTo(0, 0);
    }
  };
  function find() {
    var words = byId("find-words").value.trim().toLowerCase(), box = byId("find-list"), hits = 0;
    box.textContent = "";
    if (!words) return;
    plan.buildings.names.some(function (name, i) {
      if (!name || name.toLowerCase().indexOf(words) < 0) return false;
      var li = el("li");
      li.append(review.button("", name, function () {
        toggleFind(false);
        review.goTo(i);
        if (!review.state.building) { review.state.building = name; review.changed(); }
      }));
      box.append(li);
      return ++hits >= 8;
    });
    if (!hits) { var none = el("li"); none.append(el("p", "", t("No building of that name; tap it on the map."))); box.append(none); }
    review.live(hits ? t("Buildings found: {n}", { n: hits }) : t("No building of that name; tap it on the map."));
  }
  function toggleFind(isOpen) {
    byId("find").hidden = !isOpen;
    byId("find-open").setAttribute("aria-expanded", String(isOpen));
    byId(isOpen ? "find-words" : "find-open").focus();
  }
  function words() { fixedWords(); review.paint(); foot(); review.show(review.state.current, false); }
  function on(id, what, act) { byId(id).addEventListener(what, act); }

  review.load();
  byId("find-open").hidden = !plan.buildings.names;
  on("find-open", "click", function () { toggleFind(byId("find").hidden); });
  on("find-close", "click", function () { toggleFind(false); });
  on("find", "keydown", function (e) { if (e.key === "Escape") toggleFind(false); });
  on("find-words", "input", find);
  on("theme", "change", function () { showTheme(Number(byId("theme").value)); });
  byId("theme-label").hidden = !plan.themes.length;
  on("legend-open", "click", function () {
    var isOpen = byId("legend-box").classList.toggle("open");
    byId("legend-open").setAttribute("aria-expanded", String(isOpen));
  });
  on("zoom-in", "click", function () { map_review.zoomIn(); });
  on("zoom-out", "click", function () { map_review.zoomOut(); });
  on("zoom-all", "click", review.all);
  on("previous", "click", function () { review.show(review.state.current - 1, true); });
  on("next", "click", function () { review.show(review.state.current + 1, true); });
  on("skip", "click", function (e) { e.preventDefault(); byId("card-title").focus(); });
  on("large", "click", function () {
    review.state.large = !review.state.large;
    byId("large").setAttribute("aria-pressed", String(review.state.large));
    review.keep(); head();
    map_review.invalidateSize();
  });
  on("language", "click", function () {
    review.lang = review.state.lang = review.lang === "zh" ? "en" : "zh";
    words();
  });
  var p = plan.proposals[review.state.current];
  if (p && p.theme >= 0) review.theme = p.theme;
  if (!p || !p.at) review.all(); // else the first card says where to look: nothing is drawn twice
  words();
})();
