// One proposal at a time: the words a resident needs first, three large buttons, room to say more.
"use strict";
(function () {
  var plan = review.plan, el = review.el, byId = review.byId, t = review.t, say = review.say;
  review.CHOICES = [["agree", "Agree"], ["oppose", "Oppose"], ["unsure", "Not sure"]];
  var PRIVATE = /(^|\D)(1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}|\d{17}[\dXx])(\D|$)|@/;

  review.button = function (className, words, onClick) {
    var button = el("button", className, words);
    button.type = "button";
    if (onClick) button.addEventListener("click", onClick);
    return button;
  };
  review.title = function (sign, words) {
    var h = el("h2");
    h.id = "card-title"; h.tabIndex = -1;
    var disc = el("span", "disc", sign);
    if (isNaN(Number(sign))) disc.setAttribute("aria-hidden", "true");
    h.append(disc, el("span", "", words));
    return h;
  };
  review.choices = function (options, chosen, label, onPick) {
    var group = el("div", "choices");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", label);
    options.forEach(function (option) {
      var button = review.button(option[0], t(option[1]), function () {
        var picked = button.getAttribute("aria-pressed") === "true" ? null : option[0];
        group.querySelectorAll("button").forEach(function (b) { b.setAttribute("aria-pressed", String(b === button && picked !== null)); });
        onPick(picked);
      });
      button.setAttribute("aria-pressed", String(chosen === option[0]));
      group.append(button);
    });
    return group;
  };
  review.warned = function (box) { // a warning below a box that looks as if it names somebody
    var warning = el("p", "warning loud");
    warning.setAttribute("role", "status");
    function check() {
      var isLoud = PRIVATE.test(box.value);
      warning.textContent = isLoud ? t("This looks like a phone number or an address: please take it out.") : "";
      warning.hidden = !isLoud;
    }
    box.addEventListener("input", check);
    check();
    return warning;
  };
  function put(i, change) {
    review.state.answers[plan.proposals[i].id] = Object.assign({}, review.answer(i), change);
    review.changed();
  }
  function commentBox(i) {
    var box = el("textarea", "comment");
    box.maxLength = 2000;
    box.value = review.answer(i).comment;
    box.placeholder = t("Anything else to say? (no names, no phone numbers)");
    box.setAttribute("aria-label", box.placeholder);
    box.addEventListener("input", function () { put(i, { comment: box.value }); });
    return [box, review.warned(box)];
  }

  review.markBox = function (proposal) { // proposal: its id, or null for a mark that belongs to none
    var box = el("div", "mark-box"), row = el("div", "mark-row"), list = el("ul", "mark-list");
    row.setAttribute("role", "group");
    var label = el("span", "mark-label", t("Mark on the map:"));
    label.id = "mark-label";
    row.setAttribute("aria-labelledby", "mark-label");
    row.append(label);
    Object.keys(review.markWords).forEach(function (kind) {
      var button = review.button("small", t(review.markWords[kind]), function () {
        review.startDrawing(kind, proposal, function (made) {
          draw();
          review.changed();
          var boxes = list.querySelectorAll("input");
          (made && boxes.length ? boxes[boxes.length - 1] : button).focus({ preventScroll: !made });
        });
      });
      button.id = "mark-" + kind;
      row.append(button);
    });
    function entry(mark, number) {
      var li = el("li"), words = el("input"), name = t("{kind} {n}", { kind: t(review.markWords[mark.kind]), n: number + 1 });
      words.type = "text"; words.maxLength = 300; words.value = mark.text;
      words.placeholder = t("What about this place?");
      words.setAttribute("aria-label", name + ": " + words.placeholder);
      var gone = review.button("cross-button", "×", function () {
        review.state.marks.splice(review.state.marks.indexOf(mark), 1);
        draw(); review.changed(); review.showMarks();
        byId("mark-" + mark.kind).focus({ preventScroll: true });
      });
      gone.setAttribute("aria-label", t("Remove {name}", { name: name }));
      var warning = review.warned(words);
      words.addEventListener("input", function () { mark.text = words.value; review.changed(); });
      li.append(el("span", "mark-name", name), words, gone, warning);
      list.append(li);
    }
    function draw() { list.textContent = ""; review.marksOf(proposal).forEach(entry); list.hidden = !list.children.length; }
    draw();
    box.append(row, list);
    return box;
  };

  function facts(pairs) {
    var dl = el("dl", "facts");
    pairs.forEach(function (pair) { dl.append(el("dt", "", say(pair[0])), el("dd", "", say(pair[1]))); });
    return dl;
  }
  function lead(words) { // a long description folds, so that the three buttons stay in sight
    if (words.length <= 90) return [el("p", "lead", words)];
    var p = el("p", "lead long", words), more = review.button("more", t("Read all"), function () {
      var isLong = p.classList.toggle("long");
      more.setAttribute("aria-expanded", String(!isLong));
      more.textContent = isLong ? t("Read all") : t("Show less");
    });
    more.setAttribute("aria-expanded", "false");
    return [p, more];
  }
  review.saidBox = function (entries) { // what was said before and what became of it
    var box = el("div", "said"), dl = el("dl");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", t("You said, we did"));
    entries.forEach(function (entry) {
      dl.append(el("dt", "", t("You said: {words}", { words: entry.said })));
      dl.append(el("dd", "", t("We did: {words}", { words: entry.did })));
      if (say(entry.state)) dl.append(el("dd", "said-state", say(entry.state)));
    });
    box.append(dl);
    return box;
  };
  review.proposalCard = function (card, i) {
    var p = plan.proposals[i];
    card.append(review.title(String(p.number), say(p.title)));
    if (p.lead) lead(say(p.lead)).forEach(function (node) { card.append(node); });
    if (p.money) card.append(el("p", "lead money", say(p.money)));
    if (p.gain) card.append(el("p", "gain", say(p.gain)));
    if (p.said.length) card.append(review.saidBox(p.said));
    card.append(review.choices(review.CHOICES, review.answer(i).choice, t("Your answer"), function (picked) { put(i, { choice: picked }); }));
    commentBox(i).forEach(function (node) { card.append(node); });
    card.append(review.markBox(p.id));
    if (p.kind || p.facts.length || p.photos.length || p.doubt) card.append(more(p));
  };
  function more(p) {
    var box = el("details");
    box.append(el("summary", "", t("Who runs it, on what ground")));
    if (p.kind) box.append(el("p", "kind", say(p.kind)));
    if (p.facts.length) box.append(facts(p.facts));
    if (p.doubt) box.append(el("p", "doubt", say(p.doubt)));
    p.photos.forEach(function (photo) {
      var img = el("img", "photo");
      img.src = photo.data; img.alt = photo.caption || say(p.title);
      box.append(img);
      if (photo.caption) box.append(el("p", "caption", photo.caption));
    });
    return box;
  }
})();
