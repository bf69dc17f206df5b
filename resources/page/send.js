// The answers leave only as something the person saves, copies or shows: this page sends nothing.
"use strict";
(function () {
  var plan = review.plan, el = review.el, byId = review.byId, t = review.t, say = review.say;
  var WISHES = [["yes", "Yes"], ["no", "No"], ["conditional", "Yes, but"]], MOST_PARTS = 40;

  function fileName() { return "reply-v" + plan.version + "-" + review.state.id.slice(0, 8) + ".json"; }
  function tell(done, words) { done.textContent = words; done.hidden = false; }
  function save(done) {
    var link = el("a"), url = URL.createObjectURL(new Blob([JSON.stringify(review.reply())], { type: "application/json" }));
    link.href = url; link.download = fileName();
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(url); }, 60000);
    review.sent();
    tell(done, t("Saved as {file}. Now send this file to the people who gave you the page.", { file: fileName() }));
  }
  function copy(box, done) {
    review.packedReply().then(function (packed) {
      box.value = "renovate-gui-reply:2" + packed.charAt(0) + ":" + packed.slice(1) + ":end";
      box.hidden = false;
      box.focus(); box.select();
      var isGood = false;
      try { isGood = document.execCommand("copy"); } catch (error) { isGood = false; }
      review.sent();
      tell(done, isGood ? t("Copied. Paste it into a message and send it.") : t("Copy the text above and send it in a message."));
    });
  }
  function codes(box, done) {
    review.packedReply().then(function (packed) {
      var parts = review.qrParts(packed), at = 0;
      box.textContent = "";
      if (parts.length > MOST_PARTS) { tell(done, t("Your answers are too long for codes; save them as a file.")); return; }
      var canvas = el("canvas", "qr"), words = el("p", "qr-words"), row = el("div", "qr-row");
      canvas.setAttribute("role", "img");
      words.setAttribute("role", "status");
      var back = review.button("wide", t("Previous code"), function () { turn(-1); }), next = review.button("wide main", t("Next code"), function () { turn(1); });
      function turn(by) {
        at = (at + by + parts.length) % parts.length;
        review.paintQr(canvas, parts[at]);
        canvas.setAttribute("aria-label", t("QR code {n} of {all}", { n: at + 1, all: parts.length }));
        words.textContent = t("Code {n} of {all}: let it be photographed.", { n: at + 1, all: parts.length });
      }
      turn(0);
      row.append(back, next);
      row.hidden = parts.length < 2;
      box.append(canvas, words, row);
      box.hidden = false;
      review.sent();
      done.hidden = true;
      box.scrollIntoView({ block: "nearest" });
    });
  }
  review.endCard = function (card) {
    var done = el("p", "done-words"), box = el("textarea", "copied"), qr = el("div", "qr-box");
    card.append(review.title("✓", t("Send your answers")), el("p", "lead", t("You answered {done} of {all} proposals.", { done: review.doneCount(), all: plan.proposals.length })));
    card.append(el("h3", "ask", t("All in all, should the renovation go ahead?")));
    card.append(review.choices(WISHES, review.state.wish, t("All in all, should the renovation go ahead?"), function (picked) { review.state.wish = picked || ""; review.changed(); ready(); }));
    var ways = [review.button("wide main", t("Save my answers as a file"), function () { save(done); }),
      review.button("wide", t("Copy my answers as text"), function () { copy(box, done); }),
      review.button("wide", t("Show my answers as QR codes"), function () { codes(qr, done); })];
    ["save", "copy", "codes"].forEach(function (id, i) { ways[i].id = id; });
    done.hidden = true; done.setAttribute("role", "status");
    box.hidden = true; box.readOnly = true; box.setAttribute("aria-label", t("Copy my answers as text"));
    qr.hidden = true;
    function ready() { ways.forEach(function (b) { b.disabled = !review.hasAnswers(); }); }
    ready();
    ways.forEach(function (b) { card.append(b); });
    card.append(box, qr, done);
    if (plan.contact) card.append(el("p", "lead", t("Send it to: {contact}", { contact: plan.contact })));
    card.append(el("p", "warning", t("Nothing is sent by this page. Do not write names or phone numbers.")));
    if (!review.isKept) card.append(el("p", "warning loud", t("This device does not keep your answers: save them before you close the page.")));
    var clearing = review.button("wide quiet", t("Clear my answers on this device"), function () {
      if (clearing.dataset.sure !== "yes") { clearing.dataset.sure = "yes"; clearing.textContent = t("Press again to clear everything"); return; }
      review.clear();
      review.showMarks();
      review.show(0, true);
    });
    card.append(clearing);
  };

  // -- on paper: every proposal with the person's own answer, none of the buttons
  function line(box, words) { if (words) box.append(el("p", "", words)); }
  review.paper = function () {
    var box = byId("paper"), s = review.state;
    box.textContent = "";
    plan.proposals.forEach(function (p, i) {
      var part = el("section"), a = review.answer(i), word = review.CHOICES.filter(function (c) { return c[0] === a.choice; })[0];
      part.append(el("h2", "", p.number + "  " + say(p.title)));
      line(part, say(p.lead)); line(part, say(p.money)); line(part, say(p.gain));
      line(part, t("Your answer") + ": " + (word ? t(word[1]) : "☐ " + review.CHOICES.map(function (c) { return t(c[1]); }).join("   ☐ ")));
      line(part, a.comment.trim());
      if (s.budget[p.id]) line(part, t("Points given: {n}", { n: s.budget[p.id] }));
      box.append(part);
    });
    function listed(kind, chosen) {
      return chosen.map(function (code, i) { return (kind === "menu" ? i + 1 + ". " : "") + say(plan.questions[kind].filter(function (q) { return q[0] === code; })[0][1]); }).join("; ");
    }
    [["menu", s.ranks], ["needs", s.needs], ["management", s.management ? [s.management] : []]].forEach(function (part) { line(box, listed(part[0], part[1])); });
  };
  window.addEventListener("beforeprint", review.paper);
})();
