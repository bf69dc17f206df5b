// What somebody answered: kept on this device where that is allowed, signed when it leaves.
"use strict";
(function () {
  var plan = review.plan, STORE = "renovate-gui:" + plan.package;
  var CHOICES = ["agree", "oppose", "unsure"], WISHES = ["yes", "no", "conditional"], KINDS = ["Point", "LineString", "Polygon"];
  review.POINTS = 100;
  review.isKept = true;

  function fresh() { // device: so that a changed answer sent again replaces the first; it says nothing of anybody
    return { id: review.uuid(), device: "P-" + review.uuid().slice(0, 8), sent: false, answers: {}, wish: "", current: 0, lang: review.lang, large: false, marks: [], ranks: [], needs: [], management: "", budget: {}, building: "", stairwell: "", household: "" };
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
  function short(text, most) { return whole(String(text || "").trim().slice(0, most)); }
  function codes(kind) { return plan.questions[kind].map(function (q) { return q[0]; }); }
  function known(list, allowed) {
    return (Array.isArray(list) ? list : []).filter(function (c, i, all) { return allowed.indexOf(c) >= 0 && all.indexOf(c) === i; });
  }
  function isPlace(p) { return Array.isArray(p) && p.length === 2 && p.every(function (m) { return typeof m === "string" && /^-?\d{1,3}\.\d{6}$/.test(m); }); }
  function isMark(m) {
    return m && KINDS.indexOf(m.kind) >= 0 && Array.isArray(m.places) && m.places.length && m.places.every(isPlace) && typeof m.text === "string";
  }
  // what storage gave back may be anything
  function sound(saved) {
    var s = fresh();
    if (!saved || typeof saved !== "object" || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(saved.id)) return null;
    s.id = saved.id;
    s.sent = saved.sent === true;
    if (/^P-[0-9a-f]{8}$/.test(saved.device)) s.device = saved.device;
    s.lang = saved.lang === "zh" ? "zh" : "en";
    s.large = saved.large === true;
    s.current = Math.max(saved.current | 0, 0);
    if (WISHES.indexOf(saved.wish) >= 0) s.wish = saved.wish;
    plan.proposals.forEach(function (p) {
      var a = (saved.answers || {})[p.id], points = (saved.budget || {})[p.id];
      if (a) s.answers[p.id] = { choice: CHOICES.indexOf(a.choice) >= 0 ? a.choice : null, comment: String(a.comment || "").slice(0, 2000) };
      if (Number.isInteger(points) && points > 0 && points <= review.POINTS) s.budget[p.id] = points;
    });
    if (total(s.budget) > review.POINTS) s.budget = {};
    s.marks = (Array.isArray(saved.marks) ? saved.marks : []).filter(isMark);
    s.ranks = known(saved.ranks, codes("menu"));
    s.needs = known(saved.needs, codes("needs"));
    s.management = known([saved.management], codes("management"))[0] || "";
    ["building", "stairwell", "household"].forEach(function (name) { s[name] = String(saved[name] || "").slice(0, 100); });
    return s;
  }
  function total(budget) { return Object.keys(budget).reduce(function (sum, id) { return sum + budget[id]; }, 0); }

  review.load = function () { // private windows and some phones refuse storage: then the answers live until the page is closed
    try {
      var saved = sound(JSON.parse(localStorage.getItem(STORE)));
      if (saved) { review.state = saved; review.lang = saved.lang; }
    } catch (error) { /* nothing kept */ }
  };
  review.keep = function () {
    review.isTouched = true;
    try { localStorage.setItem(STORE, JSON.stringify(review.state)); } catch (error) { review.isKept = false; }
  };
  // what was saved, copied or shown is one reply; what is changed afterwards is another one of the same device
  review.sent = function () { review.isSaved = review.state.sent = true; review.keep(); };
  review.unsent = function () {
    review.isSaved = false;
    if (!review.state.sent) return;
    review.state.sent = false;
    review.state.id = review.uuid();
  };
  review.clear = function () {
    var large = review.state.large;
    review.state = fresh();
    review.state.large = large;
    review.keep();
    review.isTouched = false;
  };
  window.addEventListener("beforeunload", function (e) { // nothing keeps the answers but this window
    if (!review.isKept && review.isTouched && !review.isSaved && review.hasAnswers()) { e.preventDefault(); e.returnValue = ""; }
  });

  review.answer = function (i) { return review.state.answers[plan.proposals[i].id] || { choice: null, comment: "" }; };
  review.marksOf = function (id) { return review.state.marks.filter(function (m) { return (m.proposal || null) === id; }); };
  review.isDone = function (i) {
    var a = review.answer(i);
    return a.choice !== null || a.comment.trim() !== "" || review.marksOf(plan.proposals[i].id).length > 0;
  };
  review.doneCount = function () { return plan.proposals.filter(function (_, i) { return review.isDone(i); }).length; };
  review.spent = function () { return total(review.state.budget); };
  review.hasAnswers = function () {
    var s = review.state;
    return !!(review.doneCount() || s.wish || s.ranks.length || s.needs.length || s.management || s.marks.length || review.spent());
  };

  function geometry(m) {
    if (m.kind === "Point") return { type: "Point", coordinates: m.places[0] };
    return { type: m.kind, coordinates: m.kind === "LineString" ? m.places : [m.places.concat([m.places[0]])] };
  }
  // the first bare point on a proposal stands with its answer, everything else among the marks: each once
  function first(id) { return review.marksOf(id).filter(function (m) { return m.kind === "Point" && !m.text.trim(); })[0]; }
  function answers() {
    var out = [];
    plan.proposals.forEach(function (p, i) {
      var a = review.answer(i), point = first(p.id);
      if (a.choice !== null || a.comment.trim() || point) out.push({ proposal: p.id, choice: a.choice, comment: short(a.comment, 2000), mark: point ? point.places[0] : null });
    });
    return out;
  }
  function marks() {
    return review.state.marks.filter(function (m) { return m !== first(m.proposal); }).map(function (m) {
      return { proposal: m.proposal || null, geometry: geometry(m), text: short(m.text, 300), colour: "" };
    });
  }
  function parts(r) {
    return [r.household || "", r.stairwell || "", r.ranks || [], r.needs || [], r.management || "", r.budget || [],
      (r.marks || []).map(function (m) { return [m.proposal, m.geometry.type, m.geometry.coordinates, m.text, m.colour]; })];
  }
  function signed(r) {
    return [r.format, r.format_version, r.package, r.package_version, r.id, r.created, r.lang, r.wish, r.building,
      r.answers.map(function (a) { return [a.proposal, a.choice, a.comment, a.mark]; })].concat(parts(r));
  }
  review.canonical = function (r) { return JSON.stringify(signed(r)); };
  review.reply = function () {
    var s = review.state, ids = plan.proposals.map(function (p) { return p.id; });
    var r = { format: "renovate-gui-reply", format_version: 2, package: plan.package, package_version: plan.version, id: s.id,
      created: new Date().toISOString(), lang: review.lang, answers: answers(), wish: s.wish, building: short(s.building, 100) };
    var more = { household: short(s.household, 24).replace(/[^0-9A-Za-z-]/g, "") || s.device, stairwell: short(s.stairwell, 40), ranks: s.ranks, needs: s.needs, management: s.management,
      budget: ids.filter(function (id) { return s.budget[id] > 0; }).map(function (id) { return [id, s.budget[id]]; }), marks: marks() };
    Object.keys(more).forEach(function (name) { if (more[name].length) r[name] = more[name]; });
    r.check = review.hmac(plan.key, review.canonical(r));
    return r;
  };
  // the short form: what is signed, then the check
  review.packedReply = function () {
    var r = review.reply();
    return review.packed(JSON.stringify(signed(r).concat([r.check])));
  };
  review.state = fresh();
})();
