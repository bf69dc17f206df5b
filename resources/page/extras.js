// What is asked beside the proposals: where one lives, what the home needs, an order of wishes, a hundred points.
"use strict";
(function () {
  var plan = review.plan, el = review.el, byId = review.byId, t = review.t, say = review.say, asked = plan.questions, STEP = 10;
  review.hasNeeds = true;
  review.hasBudget = plan.proposals.length > 1;

  function section(card, words) {
    var h = el("h3", "ask", words);
    card.append(h);
    return h;
  }
  function field(card, name, words, most) {
    var label = el("label", "field"), box = el("input");
    box.type = "text"; box.maxLength = most; box.value = review.state[name]; box.id = "field-" + name; box.autocomplete = "off";
    box.addEventListener("input", function () { review.state[name] = box.value; review.changed(); });
    label.append(el("span", "", words), box);
    card.append(label);
    return box;
  }
  function where(card) {
    section(card, t("Where do you live?"));
    var row = el("div", "fields");
    card.append(row);
    var building = field(row, "building", t("Building"), 60);
    field(row, "stairwell", t("Stairwell (unit)"), 20);
    field(card, "household", t("Number on your paper form, if you have one"), 24);
    card.append(el("p", "warning", t("No room number, no name: building and stairwell are enough.")));
    if (plan.buildings.names) {
      var names = el("datalist"), seen = {};
      names.id = "building-names";
      plan.buildings.names.slice(0, 3000).forEach(function (name) {
        if (!name || seen[name]) return;
        seen[name] = true;
        var option = el("option");
        option.value = name;
        names.append(option);
      });
      building.setAttribute("list", names.id);
      row.append(names);
    }
  }

  function ranks(card) { // by buttons, so that nobody has to drag
    var h = section(card, t("What matters most? Put it in order.")), chosen = el("ol", "ranks"), rest = el("ul", "ranks-rest");
    h.id = "ranks-title";
    chosen.setAttribute("aria-labelledby", h.id);
    function words(code) { return say(asked.menu.filter(function (q) { return q[0] === code; })[0][1]); }
    function told(code) {
      var place = review.state.ranks.indexOf(code);
      review.live(place < 0 ? t("{item} is out of the order", { item: words(code) }) : t("{item} is number {n}", { item: words(code), n: place + 1 }));
    }
    function move(code, by) {
      var list = review.state.ranks, from = list.indexOf(code), to = from + by;
      if (to < 0 || to >= list.length) return;
      list.splice(to, 0, list.splice(from, 1)[0]);
      review.changed(); draw(); told(code);
      focus(code, by < 0 ? "up" : "down");
    }
    function focus(code, what) {
      var node = byId("rank-" + what + "-" + code);
      if (!node || node.disabled) node = byId("rank-" + (what === "up" ? "down" : "up") + "-" + code) || byId("rank-add-" + code);
      if (node) node.focus({ preventScroll: true });
    }
    function control(code, what, sign, label, onClick, isOff) {
      var button = review.button("square", sign, onClick);
      button.id = "rank-" + what + "-" + code;
      button.setAttribute("aria-label", label);
      button.disabled = isOff;
      return button;
    }
    function draw() {
      var list = review.state.ranks;
      chosen.textContent = rest.textContent = "";
      list.forEach(function (code, i) {
        var li = el("li"), name = words(code);
        li.append(el("span", "rank-number", String(i + 1)), el("span", "name", name),
          control(code, "up", "↑", t("{item}: one up", { item: name }), function () { move(code, -1); }, i === 0),
          control(code, "down", "↓", t("{item}: one down", { item: name }), function () { move(code, 1); }, i === list.length - 1),
          control(code, "out", "×", t("{item}: take out", { item: name }), function () { list.splice(list.indexOf(code), 1); review.changed(); draw(); told(code); focus(code, "add"); }, false));
        chosen.append(li);
      });
      asked.menu.forEach(function (q) {
        if (list.indexOf(q[0]) >= 0) return;
        var li = el("li"), button = review.button("small", "+ " + say(q[1]), function () { list.push(q[0]); review.changed(); draw(); told(q[0]); focus(q[0], "up"); });
        button.id = "rank-add-" + q[0];
        li.append(button);
        rest.append(li);
      });
      chosen.hidden = !chosen.children.length;
      rest.hidden = !rest.children.length;
    }
    draw();
    card.append(chosen, rest);
  }
  function ticks(card, words, entries, kind, name) {
    var set = el("fieldset", "ticks");
    set.append(el("legend", "ask", words));
    entries.forEach(function (q) {
      var label = el("label", "tick"), box = el("input");
      box.type = kind; box.name = name; box.value = q[0];
      box.checked = kind === "radio" ? review.state[name] === q[0] : review.state[name].indexOf(q[0]) >= 0;
      box.addEventListener("change", function () {
        if (kind === "radio") review.state[name] = q[0];
        else review.state[name] = entries.map(function (e) { return e[0]; }).filter(function (c) { return c === q[0] ? box.checked : review.state[name].indexOf(c) >= 0; });
        review.changed();
      });
      label.append(box, el("span", "", say(q[1])));
      set.append(label);
    });
    card.append(set);
  }
  review.needsCard = function (card) {
    card.append(review.title("⌂", t("What your home needs")), el("p", "lead", t("All of this is optional.")));
    if (asked.menu.length) ranks(card);
    if (asked.needs.length) ticks(card, t("Needs of the old and of children at home"), asked.needs, "checkbox", "needs");
    if (asked.management.length) ticks(card, t("Who should look after the place afterwards?"), asked.management, "radio", "management");
    section(card, t("Something on the map that no proposal covers"));
    card.append(review.markBox(null));
    where(card);
  };

  review.budgetCard = function (card) {
    var left = el("p", "left"), bar = el("div", "left-bar"), fill = el("div"), list = el("ul", "budget");
    card.append(review.title("¥", t("A hundred points")), el("p", "lead", t("Give {n} points to what matters most to you. You need not use them all.", { n: review.POINTS })), left, bar, list);
    bar.append(fill);
    bar.setAttribute("aria-hidden", "true");
    left.setAttribute("role", "status");
    var rows = plan.proposals.map(function (p) {
      var li = el("li"), points = el("span", "points"), name = say(p.title);
      function give(by) {
        var held = review.state.budget[p.id] || 0, next = Math.max(0, Math.min(held + by, held + review.POINTS - review.spent()));
        if (next) review.state.budget[p.id] = next; else delete review.state.budget[p.id];
        review.changed(); draw();
      }
      var less = review.button("square", "−", function () { give(-STEP); }), more = review.button("square", "+", function () { give(STEP); });
      less.setAttribute("aria-label", t("{item}: {n} points less", { item: name, n: STEP }));
      more.setAttribute("aria-label", t("{item}: {n} points more", { item: name, n: STEP }));
      var words = el("span", "name", name);
      if (p.money) words.append(el("span", "money", say(p.money)));
      li.append(el("span", "disc", String(p.number)), words, less, points, more);
      list.append(li);
      return { id: p.id, less: less, more: more, points: points };
    });
    function draw() {
      var rest = review.POINTS - review.spent();
      left.textContent = t("Points left: {n}", { n: rest });
      fill.style.width = review.spent() / review.POINTS * 100 + "%";
      rows.forEach(function (row) {
        var held = review.state.budget[row.id] || 0;
        row.points.textContent = String(held);
        // not disabled: the focus would be lost; they simply give nothing more
        row.less.setAttribute("aria-disabled", String(!held));
        row.more.setAttribute("aria-disabled", String(!rest));
      });
    }
    draw();
  };
})();
