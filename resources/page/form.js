// One proposal at a time, three large buttons, nothing to log in to; answers leave only as a file the person saves.
"use strict";
(function () {
  var plan = review.plan, el = review.el, byId = review.byId, t = review.t, say = review.say;
  var CHOICES = [["agree", "Agree"], ["oppose", "Oppose"], ["unsure", "Not sure"]];
  var WISHES = [["yes", "Yes"], ["no", "No"], ["conditional", "Yes, but"]];
  var STORE = "renovate-gui:" + plan.package, END = plan.proposals.length;
  var PRIVATE = /(^|\D)(1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}|\d{17}[\dXx])(\D|$)|@/;
  var state = { id: review.uuid(), answers: {}, wish: "", current: 0, lang: review.lang };

  function load() { // private windows and some phones refuse storage: then the answers live until the page is closed
    try {
      var saved = JSON.parse(localStorage.getItem(STORE));
      if (!saved || typeof saved.answers !== "object" || !/^[0-9a-f-]{36}$/.test(saved.id)) return;
      state = { id: saved.id, answers: saved.answers, wish: String(saved.wish || ""), current: Math.min(Math.max(saved.current | 0, 0), END), lang: saved.lang === "zh" ? "zh" : "en" };
      review.lang = state.lang;
    } catch (error) { /* nothing kept */ }
  }
  function keep() { try { localStorage.setItem(STORE, JSON.stringify(state)); } catch (error) { /* not kept */ } }
  function answer(i) { return state.answers[plan.proposals[i].id] || { choice: null, comment: "", mark: null }; }
  function isDone(i) { var a = answer(i); return a.choice !== null || a.comment.trim() !== "" || !!a.mark; }
  function doneCount() { return plan.proposals.filter(function (_, i) { return isDone(i); }).length; }
  function put(i, change) {
    state.answers[plan.proposals[i].id] = Object.assign({}, answer(i), change);
    keep(); head(); list(); review.mark(state.current, isDone);
  }

  function head() {
    document.documentElement.lang = review.lang === "zh" ? "zh-CN" : "en";
    var title = t("{community} · your say", { community: plan.community });
    document.title = title;
    byId("heading").textContent = title;
    var parts = [t("answered {done} of {all}", { done: doneCount(), all: END })];
    if (plan.until) parts.push(t("until {date}", { date: review.until() }));
    parts.push(t("No network needed"));
    byId("state").textContent = parts.join(" · ");
    byId("language").textContent = review.lang === "zh" ? "EN" : "ZH 中文"; // a device may lack Chinese letters
    byId("language").setAttribute("aria-label", review.lang === "zh" ? "English" : "中文");
  }
  function fixedWords() {
    byId("find-open").textContent = t("My building");
    byId("find-label").textContent = t("Name or number of the building");
    byId("find-close").setAttribute("aria-label", t("Close the search"));
    byId("theme-words").textContent = t("The map shows");
    byId("zoom").setAttribute("aria-label", t("Zoom"));
    byId("zoom-in").setAttribute("aria-label", t("Closer"));
    byId("zoom-out").setAttribute("aria-label", t("Farther"));
    byId("zoom-all").setAttribute("aria-label", t("Whole community"));
    byId("map_review").setAttribute("aria-label", t("Map of the community"));
    byId("steps").setAttribute("aria-label", t("Go through the proposals"));
    byId("list").setAttribute("aria-label", t("All proposals"));
    byId("previous").textContent = t("Back");
    var theme = byId("theme");
    theme.textContent = "";
    plan.themes.forEach(function (item, i) {
      var option = el("option", "", say(item.title));
      option.value = String(i);
      theme.append(option);
    });
    var plain = el("option", "", t("Buildings only"));
    plain.value = "-1";
    theme.append(plain);
    theme.value = String(review.theme);
  }

  function choices(options, chosen, label, onPick) {
    var group = el("div", "choices");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", label);
    options.forEach(function (option) {
      var button = el("button", option[0], t(option[1]));
      button.type = "button";
      button.setAttribute("aria-pressed", String(chosen === option[0]));
      button.addEventListener("click", function () {
        var picked = button.getAttribute("aria-pressed") === "true" ? null : option[0];
        group.querySelectorAll("button").forEach(function (b) { b.setAttribute("aria-pressed", String(b === button && picked !== null)); });
        onPick(picked);
      });
      group.append(button);
    });
    return group;
  }
  function commentBox(i) {
    var box = el("textarea", "comment"), warning = el("p", "warning");
    box.maxLength = 2000;
    box.value = answer(i).comment;
    box.placeholder = t("Anything else to say? (no names, no phone numbers)");
    box.setAttribute("aria-label", box.placeholder);
    function check() {
      var loud = PRIVATE.test(box.value);
      warning.className = loud ? "warning loud" : "warning";
      warning.textContent = loud ? t("This looks like a phone number or an address: please take it out.") : "";
      warning.hidden = !loud;
    }
    box.addEventListener("input", function () { check(); put(i, { comment: box.value }); });
    check();
    return [box, warning];
  }
  function markRow(i) { // a place on the map that belongs to this answer; the middle of the map serves those without a pointer
    var row = el("div", "mark-row"), main = el("button", "small"), middle = el("button", "small");
    main.type = middle.type = "button";
    main.id = "mark"; middle.id = "mark-middle";
    function draw(isPicking) {
      var mark = answer(i).mark;
      main.textContent = isPicking ? t("Cancel marking") : mark ? t("Remove my mark from the map") : t("Mark a place on the map");
      middle.textContent = t("Mark the middle of the map");
      middle.hidden = !isPicking;
      review.showMark(mark);
    }
    function done(mark) { put(i, { mark: mark }); draw(false); main.focus({ preventScroll: true }); }
    main.addEventListener("click", function () {
      if (!middle.hidden) { review.pick(null); draw(false); return; }
      if (answer(i).mark) { done(null); return; }
      review.pick(done);
      draw(true);
      if (byId("map-side").getBoundingClientRect().bottom < 120) window.scrollTo(0, 0);
    });
    middle.addEventListener("click", function () { review.pickMiddle(); });
    row.append(main, middle);
    draw(false);
    return row;
  }
  function facts(pairs) {
    var dl = el("dl", "facts");
    pairs.forEach(function (pair) { dl.append(el("dt", "", say(pair[0])), el("dd", "", say(pair[1]))); });
    return dl;
  }
  function lead(words) { // a long description folds, so that the three buttons stay in sight
    var p = el("p", words.length > 90 ? "lead long" : "lead", words);
    p.addEventListener("click", function () { p.classList.remove("long"); });
    return p;
  }
  function proposalCard(card, i) {
    var p = plan.proposals[i], h = el("h2");
    h.id = "card-title"; h.tabIndex = -1;
    h.append(el("span", "disc", String(p.number)), el("span", "", say(p.title)));
    card.append(h);
    if (p.lead) card.append(lead(say(p.lead)));
    if (p.money) card.append(el("p", "lead", say(p.money)));
    if (p.gain) card.append(el("p", "gain", say(p.gain)));
    card.append(choices(CHOICES, answer(i).choice, t("Your answer"), function (picked) { put(i, { choice: picked }); }));
    commentBox(i).forEach(function (node) { card.append(node); });
    card.append(markRow(i));
    if (p.kind || p.facts.length || p.photos.length || p.doubt) {
      var more = el("details");
      more.append(el("summary", "", t("Who runs it, on what ground")));
      if (p.kind) more.append(el("p", "kind", say(p.kind)));
      if (p.facts.length) more.append(facts(p.facts));
      if (p.doubt) more.append(el("p", "doubt", say(p.doubt)));
      p.photos.forEach(function (photo) {
        var img = el("img", "photo");
        img.src = photo.data; img.alt = photo.caption || say(p.title);
        more.append(img);
        if (photo.caption) more.append(el("p", "caption", photo.caption));
      });
      card.append(more);
    }
  }

  function canonical(r) {
    return JSON.stringify([r.format, r.format_version, r.package, r.package_version, r.id, r.created, r.lang, r.wish, r.building,
      r.answers.map(function (a) { return [a.proposal, a.choice, a.comment, a.mark]; })]);
  }
  // half of a surrogate pair (a cut emoji) is no text elsewhere; scanned by hand because older engines lack look-behind
  function whole(text) {
    var out = "";
    for (var i = 0; i < text.length; i++) {
      var c = text.charCodeAt(i), next = text.charCodeAt(i + 1);
      if (c >= 0xD800 && c <= 0xDBFF && next >= 0xDC00 && next <= 0xDFFF) { out += text[i] + text[i + 1]; i++; }
      else out += c >= 0xD800 && c <= 0xDFFF ? "\uFFFD" : text[i];
    }
    return out;
  }
  function place(mark) { // what storage gave back may be anything
    var good = Array.isArray(mark) && mark.length === 2 && mark.every(function (m) { return typeof m === "string" && /^-?\d{1,3}\.\d{6}$/.test(m); });
    return good ? mark : null;
  }
  review.reply = function () {
    var answers = [];
    plan.proposals.forEach(function (p, i) {
      var a = answer(i);
      if (isDone(i)) answers.push({ proposal: p.id, choice: a.choice, comment: whole(a.comment.trim()), mark: place(a.mark) });
    });
    var r = { format: "renovate-gui-reply", format_version: 1, package: plan.package, package_version: plan.version, id: state.id,
      created: new Date().toISOString(), lang: review.lang, answers: answers, wish: state.wish, building: "" };
    r.check = review.hmac(plan.key, canonical(r));
    return r;
  };
  function fileName() { return "reply-v" + plan.version + "-" + state.id.slice(0, 8) + ".json"; }
  function save(done) {
    var link = el("a"), url = URL.createObjectURL(new Blob([JSON.stringify(review.reply())], { type: "application/json" }));
    link.href = url; link.download = fileName();
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(url); }, 60000);
    done.textContent = t("Saved as {file}. Now send this file to the people who gave you the page.", { file: fileName() });
    done.hidden = false;
  }
  function copy(box, done) {
    box.value = "renovate-gui-reply:1:" + review.base64url(JSON.stringify(review.reply())) + ":end";
    box.hidden = false;
    box.focus(); box.select();
    var good = false;
    try { good = document.execCommand("copy"); } catch (error) { good = false; }
    done.textContent = good ? t("Copied. Paste it into a message and send it.") : t("Copy the text above and send it in a message.");
    done.hidden = false;
  }
  function endCard(card) {
    var h = el("h2"), done = el("p", "done-words"), box = el("textarea", "copied");
    h.id = "card-title"; h.tabIndex = -1;
    h.append(el("span", "disc", "✓"), el("span", "", t("Send your answers")));
    card.append(h, el("p", "lead", t("You answered {done} of {all} proposals.", { done: doneCount(), all: END })));
    card.append(el("p", "lead", t("All in all, should the renovation go ahead?")));
    card.append(choices(WISHES, state.wish, t("All in all, should the renovation go ahead?"), function (picked) { state.wish = picked || ""; keep(); ready(); }));
    var saving = el("button", "wide main", t("Save my answers as a file")), copying = el("button", "wide", t("Copy my answers as text"));
    var clearing = el("button", "wide", t("Clear my answers on this device"));
    [saving, copying, clearing].forEach(function (b) { b.type = "button"; });
    saving.id = "save"; copying.id = "copy";
    done.hidden = true; done.setAttribute("role", "status");
    box.hidden = true; box.readOnly = true; box.setAttribute("aria-label", t("Copy my answers as text"));
    function ready() { saving.disabled = copying.disabled = !doneCount() && !state.wish; }
    ready();
    saving.addEventListener("click", function () { save(done); });
    copying.addEventListener("click", function () { copy(box, done); });
    clearing.addEventListener("click", function () {
      if (clearing.dataset.sure !== "yes") { clearing.dataset.sure = "yes"; clearing.textContent = t("Press again to clear everything"); return; }
      state = { id: review.uuid(), answers: {}, wish: "", current: 0, lang: review.lang };
      keep(); review.show(0, true);
    });
    card.append(saving, copying, box, done);
    if (plan.contact) card.append(el("p", "lead", t("Send it to: {contact}", { contact: plan.contact })));
    card.append(el("p", "warning", t("Nothing is sent by this page. Do not write names or phone numbers.")), clearing);
  }

  function list() {
    var nav = byId("list");
    nav.textContent = "";
    nav.append(el("h3", "", t("All proposals")));
    plan.proposals.forEach(function (p, i) {
      var button = el("button"), chosen = answer(i).choice;
      button.type = "button";
      if (i === state.current) button.setAttribute("aria-current", "true");
      var word = CHOICES.filter(function (c) { return c[0] === chosen; })[0];
      button.append(el("span", "disc", String(p.number)), el("span", "name", say(p.title)), el("span", "mark", word ? t(word[1]) : isDone(i) ? "✓" : ""));
      button.addEventListener("click", function () { review.show(i, true); });
      nav.append(button);
    });
  }
  function foot() {
    var box = byId("foot");
    box.textContent = "";
    if (plan.contact) box.append(el("p", "", t("Questions: {contact}", { contact: plan.contact })));
    box.append(el("p", "", t("Sketch map, without legal force.")));
    plan.remarks.forEach(function (words) { box.append(el("p", "", say(words))); });
    if (plan.attribution) box.append(el("p", "", t("Data: {source}", { source: plan.attribution })));
    box.append(el("p", "", t("Version {n}, seal {seal}", { n: plan.version, seal: plan.seal })));
  }

  review.show = function (index, isAsked) {
    state.current = Math.min(Math.max(index, 0), END);
    var card = byId("card"), i = state.current;
    card.textContent = "";
    review.pick(null); review.showMark(null);
    if (i < END) proposalCard(card, i); else endCard(card);
    byId("previous").disabled = i === 0;
    byId("next").textContent = i < END - 1 ? t("Next") : t("Finish");
    byId("next").disabled = i >= END;
    head(); list(); review.mark(i, isDone); keep();
    if (i < END && plan.proposals[i].theme >= 0 && isAsked) { review.theme = plan.proposals[i].theme; byId("theme").value = String(review.theme); review.paint(); }
    if (i < END) review.look(i);
    if (isAsked) {
      byId("card-title").focus({ preventScroll: true });
      var top = byId("card").getBoundingClientRect().top;
      if (top < 0 || top > window.innerHeight * 0.6) window.scrollTo(0, 0);
    }
  };
  function find() {
    var words = byId("find-words").value.trim().toLowerCase(), box = byId("find-list"), hits = 0;
    box.textContent = "";
    if (!words) return;
    plan.buildings.names.some(function (name, i) {
      if (!name || name.toLowerCase().indexOf(words) < 0) return false;
      var li = el("li"), button = el("button", "", name);
      button.type = "button";
      button.addEventListener("click", function () { toggleFind(false); review.goTo(i); });
      li.append(button); box.append(li);
      return ++hits >= 8;
    });
    if (!hits) { var none = el("li"); none.append(el("p", "", t("No building of that name; tap it on the map."))); box.append(none); }
  }
  function toggleFind(open) {
    byId("find").hidden = !open;
    byId("find-open").setAttribute("aria-expanded", String(open));
    byId(open ? "find-words" : "find-open").focus();
  }
  function language() { fixedWords(); review.paint(); foot(); review.show(state.current, false); }
  function begin() {
    var p = plan.proposals[state.current];
    if (p && p.theme >= 0) review.theme = p.theme;
    language();
  }

  load();
  byId("find-open").hidden = !plan.buildings.names;
  byId("find-open").addEventListener("click", function () { toggleFind(true); });
  byId("find-close").addEventListener("click", function () { toggleFind(false); });
  byId("find").addEventListener("keydown", function (e) { if (e.key === "Escape") toggleFind(false); });
  byId("find-words").addEventListener("input", find);
  byId("theme").addEventListener("change", function () { review.theme = Number(byId("theme").value); review.paint(); });
  byId("theme-label").hidden = !plan.themes.length;
  byId("zoom-in").addEventListener("click", function () { map_review.zoomIn(); });
  byId("zoom-out").addEventListener("click", function () { map_review.zoomOut(); });
  byId("zoom-all").addEventListener("click", review.all);
  byId("previous").addEventListener("click", function () { review.show(state.current - 1, true); });
  byId("next").addEventListener("click", function () { review.show(state.current + 1, true); });
  byId("language").addEventListener("click", function () {
    review.lang = state.lang = review.lang === "zh" ? "en" : "zh";
    language();
  });
  begin();
})();
