// The map: own vectors only, no tiles, no network.
"use strict";
(function () {
  var plan = review.plan, map = map_review, line = review.line, rings = review.rings;
  var COLOURS = ["#009E73", "#E69F00", "#D55E00", "#9B5FB5", "#B8BFC9"];
  var WORDS = ["Served", "In reach but full", "Out of reach", "Not for this person", "Unknown"];
  var still = window.matchMedia && matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (still) { // whatever moves the map, it moves at once
    ["setView", "panBy"].forEach(function (name) {
      var moved = map[name];
      map[name] = function () {
        var given = Array.prototype.slice.call(arguments), last = name === "setView" ? 2 : 1;
        given[last] = Object.assign({}, given[last], { animate: false });
        return moved.apply(map, given);
      };
    });
    map.options.inertia = false;
  }
  var themeShapes = null, found = null;
  [["ground", 350], ["after", 405], ["heat", 410], ["found", 415], ["plan", 420], ["places", 590], ["pins", 610], ["mine", 640]].forEach(function (pane) {
    map.createPane(pane[0]).style.zIndex = pane[1];
  });
  map.getPane("mapPane").setAttribute("aria-hidden", "true"); // the list and the search say what it shows
  review.svg = L.svg({ pane: "plan", padding: 0.5 });
  var ground = L.canvas({ pane: "ground", padding: 0.3 }), after = L.canvas({ pane: "after", padding: 0.3 }), over = L.canvas({ pane: "heat", padding: 0.3 });
  var outline = L.svg({ pane: "found", padding: 0.5 });

  plan.context.forEach(function (layer) {
    var isArea = layer.kind === "area", look = { fill: isArea && layer.fill, stroke: layer.stroke, width: layer.width, dash: layer.dash };
    if (!isArea) look.widthAt = function (zoom) { return Math.max(0.5, Math.min(layer.width * Math.pow(2, zoom - 17), layer.width * 3)); };
    new review.Drawing(isArea ? review.packedAreas(layer.shapes) : review.packedLines(layer.shapes), [look], null, { renderer: ground, pane: "ground" }).addTo(map);
  });

  // a grey eye and a copier see lines: served is plain, everything else carries its own, as on paper
  var STROKES = [[], [[0, 4, 8, 4]], [[-2, -2, 10, 10], [-2, 6, 2, 10], [6, -2, 10, 2]], [[0, 4, 8, 4], [4, 0, 4, 8]], [[1, 2, 3, 2], [5, 6, 7, 6]]];
  function tile(i) {
    var made = document.createElement("canvas"), ctx = made.getContext("2d");
    made.width = made.height = 8;
    ctx.fillStyle = COLOURS[i];
    ctx.fillRect(0, 0, 8, 8);
    ctx.strokeStyle = i === 4 ? "#6B7686" : "#fff";
    ctx.lineWidth = i === 4 ? 1.6 : 1.3;
    STROKES[i].forEach(function (s) { ctx.beginPath(); ctx.moveTo(s[0], s[1]); ctx.lineTo(s[2], s[3]); ctx.stroke(); });
    return made;
  }
  var looks = COLOURS.map(function (colour, i) {
    var fill = STROKES[i].length ? document.createElement("canvas").getContext("2d").createPattern(tile(i), "repeat") : colour;
    return { fill: fill, stroke: "#fff", width: 0.6 };
  }).concat([{ fill: "#CFD4DB", stroke: "#fff", width: 0.6 }]);
  var houses = review.packedAreas(plan.buildings.shapes), PLAIN = 5;
  function theme() { return plan.themes[review.theme] || { kind: "plain" }; }
  function verdict(t, i) { return t.kind === "gap" ? Number(t.verdicts.charAt(i)) : PLAIN; }
  review.theme = plan.themes.length ? 0 : -1;
  // today and with the plan are two themes of one kind; swiping shows both at once
  review.pair = function () {
    var t = theme(), both = plan.themes.filter(function (o) { return t.kind === "gap" && o.kind === "gap" && o.code === t.code && o.limit === t.limit && o.network === t.network; });
    var today = both.filter(function (o) { return !o.planned; })[0], planned = both.filter(function (o) { return o.planned; })[0];
    return today && planned ? [today, planned] : [t, t];
  };
  function shown() { return review.swiping ? review.pair() : [theme(), theme()]; }
  var first = new review.Drawing(houses, looks, function (i) { return verdict(shown()[0], i); }, { renderer: ground, pane: "ground" }).addTo(map);
  var second = new review.Drawing(houses, looks, function (i) { // only what the plan changes
    var pair = shown(), now = verdict(pair[1], i);
    return verdict(pair[0], i) === now ? -1 : now;
  }, { renderer: after, pane: "after" });

  function under(e) { return e.originalEvent ? map.mouseEventToLatLng(e.originalEvent) : e.latlng; } // a marker would name its own place

  review.paint = function () {
    var t = theme();
    first.repaint();
    if (!review.swiping) second.remove(); else if (map.hasLayer(second)) second.repaint(); else second.addTo(map);
    if (themeShapes) themeShapes.remove();
    themeShapes = L.layerGroup().addTo(map);
    (t.classes || []).forEach(function (c) {
      new review.Drawing(review.packedAreas(c.shapes), [{ fill: c.colour, opacity: 0.7 }], null, { renderer: over, pane: "heat" }).addTo(themeShapes);
    });
    (t.places || []).forEach(function (p) {
      L.marker(line([p[0], p[1]])[0], { pane: "places", icon: L.divIcon({ className: "", html: review.el("div", "place", "+"), iconSize: [0, 0] }), keyboard: false })
        .on("click", function (e) { if (review.drawn(under(e))) return; review.announce(review.say(p[2])); }).addTo(themeShapes);
    });
    legend(shown());
    if (review.onPaint) review.onPaint();
  };
  function legend(pair) {
    var list = review.byId("legend"), t = pair[1];
    list.textContent = "";
    function entry(colour, words, number) {
      var li = review.el("li"), swatch = review.el("span", "swatch");
      swatch.style.background = number ? "url(" + tile(number).toDataURL() + ")" : colour;
      li.append(swatch, document.createTextNode(words));
      list.append(li);
    }
    if (t.kind === "gap") {
      COLOURS.forEach(function (colour, i) {
        if (pair[0].verdicts.indexOf(String(i)) < 0 && t.verdicts.indexOf(String(i)) < 0) return;
        entry(colour, i === 0 ? review.say(t.served) : review.t(WORDS[i]), i);
      });
    }
    if (t.kind === "heat") {
      list.append(review.el("li", "", review.say(t.unit)));
      t.classes.forEach(function (c) { entry(c.colour, c.label); });
    }
    list.hidden = review.byId("legend-open").hidden = !list.children.length;
  }
  function metres(t, index) {
    var m = t.metres[index];
    return m < 0 ? review.t("no walking route known") : review.t(t.network ? "{m} m on foot" : "{m} m in a straight line", { m: m });
  }
  review.tell = function (index) {
    var name = plan.buildings.names ? plan.buildings.names[index] : "", seen = {}, parts = [];
    plan.themes.forEach(function (t) {
      if (t.kind !== "gap" || seen[t.code]) return;
      seen[t.code] = true;
      parts.push(review.t("{kind}: {verdict} ({metres}; limit {limit} m)", { kind: t.name, verdict: review.t(WORDS[verdict(t, index)]), metres: metres(t, index), limit: t.limit }));
    });
    if (found) found.remove();
    found = L.polygon(rings(plan.buildings.shapes[index]), { renderer: outline, pane: "found", interactive: false, color: "#1B2430", weight: 4, fill: false }).addTo(map);
    if (parts.length || name) review.announce((name ? name + " — " : "") + parts.join(" · "));
  };
  review.announce = function (words) {
    var told = review.byId("told");
    told.textContent = words;
    told.hidden = !words;
    map.invalidateSize();
  };
  review.goTo = function (index) {
    map.fitBounds(L.latLngBounds([].concat.apply([], rings(plan.buildings.shapes[index]).map(function (p) { return p[0]; }))).pad(3), { animate: !still, maxZoom: 18 });
    review.tell(index);
  };

  var pins = [], shapes = [];
  plan.proposals.forEach(function (p, i) {
    var group = L.featureGroup().addTo(map), style = { renderer: review.svg, pane: "plan", color: "#0E7C86", weight: 5, fillColor: "#0E7C86", fillOpacity: 0.35 };
    p.geometry.forEach(function (g) {
      var drawn = g.shapes.map(function (s) {
        if (g.kind === "area") return L.polygon(rings(s), style);
        return g.kind === "line" ? L.polyline(s.map(line), style) : L.circleMarker(line(s)[0], Object.assign({}, style, { radius: 6 }));
      });
      drawn.forEach(function (d) { d.on("click", function (e) { L.DomEvent.stopPropagation(e); if (!review.drawn(under(e))) review.show(i, true); }).addTo(group); });
    });
    shapes.push(group);
    if (!p.at) { pins.push(null); return; }
    var disc = review.el("div", "pin", String(p.number));
    var pin = L.marker(line(p.at)[0], { pane: "pins", icon: L.divIcon({ className: "", html: disc, iconSize: [0, 0] }), keyboard: false, riseOnHover: true });
    pin.on("click", function (e) { if (!review.drawn(under(e))) review.show(i, true); });
    pins.push({ marker: pin.addTo(map), disc: disc });
  });
  (plan.notes || []).forEach(function (n) {
    L.circleMarker(line(n.at)[0], { renderer: review.svg, pane: "plan", radius: 6, color: "#8A5A00", weight: 2, fillColor: "#FFE9B0", fillOpacity: 1 })
      .on("click", function (e) { L.DomEvent.stopPropagation(e); if (!review.drawn(under(e))) review.announce(n.text); }).addTo(map);
  });
  review.mark = function (current, isDone) {
    pins.forEach(function (pin, i) {
      if (!pin) return;
      pin.disc.className = "pin" + (i === current ? " now" : "") + (isDone(i) ? " done" : "");
      pin.marker.setZIndexOffset(i === current ? 1000 : 0);
    });
    shapes.forEach(function (group, i) { group.setStyle({ opacity: i === current ? 1 : 0.55, fillOpacity: i === current ? 0.45 : 0.2 }); });
  };
  review.look = function (index) {
    var p = plan.proposals[index];
    if (!p || !p.at) return;
    var box = L.latLngBounds([line(p.at)[0]]);
    if (shapes[index].getLayers().length) box.extend(shapes[index].getBounds());
    map.fitBounds(box.pad(0.6), { animate: false, maxZoom: plan.zoom });
  };
  review.all = function () {
    map.fitBounds([line([plan.bounds[0], plan.bounds[1]])[0], line([plan.bounds[2], plan.bounds[3]])[0]], { animate: false });
  };
  review.drawn = function () { return false; }; // draw.js takes taps while somebody draws
  map.on("click", function (e) {
    if (review.drawn(under(e))) return;
    var house = houses.hit(e.latlng);
    if (house >= 0) { review.tell(house); return; }
    if (found) found.remove();
    review.announce("");
  });
  window.addEventListener("resize", function () { map.invalidateSize(); });
})();
