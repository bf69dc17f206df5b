// The map: own vectors only, no tiles, no network.
"use strict";
(function () {
  var plan = review.plan, map = map_review, O = plan.origin, buildings = [], themeShapes = null, found = null;
  var COLOURS = ["#009E73", "#E69F00", "#D55E00", "#9B5FB5", "#B8BFC9"];
  var WORDS = ["Served", "In reach but full", "Out of reach", "Not for this person", "Unknown"];
  var still = window.matchMedia && matchMedia("(prefers-reduced-motion: reduce)").matches;
  map.createPane("ground").style.zIndex = 350;
  map.createPane("heat").style.zIndex = 410;
  map.createPane("plan").style.zIndex = 420;
  var canvas = { ground: L.canvas({ pane: "ground", padding: 0.5 }), over: L.canvas({ pane: "heat", padding: 0.5 }) };
  var svg = L.svg({ pane: "plan", padding: 0.5 });

  function line(flat) { // differences in millionths of a degree
    var x = 0, y = 0, out = [];
    for (var i = 0; i < flat.length; i += 2) {
      x += flat[i]; y += flat[i + 1];
      out.push([O[1] + y / 1e6, O[0] + x / 1e6]);
    }
    return out;
  }
  function rings(polygons) { return polygons.map(function (p) { return p.map(line); }); }

  var ways = []; // one drawing per layer: a thousand streets stay quick
  plan.context.forEach(function (layer) {
    if (layer.kind === "area") {
      var all = [];
      layer.shapes.forEach(function (shape) { all = all.concat(rings(shape)); });
      L.polygon(all, { renderer: canvas.ground, interactive: false, stroke: !!layer.stroke, color: layer.stroke || "#fff", weight: layer.width, dashArray: layer.dash || null, fill: !!layer.fill, fillColor: layer.fill || "#fff", fillOpacity: 1 }).addTo(map);
    } else {
      var lines = [];
      layer.shapes.forEach(function (shape) { shape.forEach(function (flat) { lines.push(line(flat)); }); });
      ways.push([L.polyline(lines, { renderer: canvas.ground, interactive: false, color: layer.stroke, weight: layer.width, dashArray: layer.dash || null }).addTo(map), layer.width]);
    }
  });
  function widths() {
    var scale = Math.pow(2, map.getZoom() - 17);
    ways.forEach(function (way) { way[0].setStyle({ weight: Math.max(0.5, Math.min(way[1] * scale, way[1] * 3)) }); });
  }
  plan.buildings.shapes.forEach(function (shape, index) {
    var drawn = L.polygon(rings(shape), { renderer: canvas.ground, color: "#fff", weight: 0.6, fillColor: "#CFD4DB", fillOpacity: 0.95 });
    drawn.on("click", function (e) { if (picked(e)) return; L.DomEvent.stopPropagation(e); review.tell(index); });
    buildings.push(drawn.addTo(map));
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
  var fills = COLOURS.map(function (colour, i) {
    return STROKES[i].length ? document.createElement("canvas").getContext("2d").createPattern(tile(i), "repeat") : colour;
  });

  function theme() { return plan.themes[review.theme] || { kind: "plain" }; }
  review.theme = plan.themes.length ? 0 : -1;
  review.paint = function () {
    var t = theme();
    buildings.forEach(function (b, i) {
      b.setStyle({ fillColor: t.kind === "gap" ? fills[Number(t.verdicts.charAt(i))] : "#CFD4DB" });
    });
    if (themeShapes) themeShapes.remove();
    themeShapes = L.layerGroup().addTo(map);
    (t.classes || []).forEach(function (c) {
      c.shapes.forEach(function (shape) {
        L.polygon(rings(shape), { renderer: canvas.over, interactive: false, stroke: false, fillColor: c.colour, fillOpacity: 0.7 }).addTo(themeShapes);
      });
    });
    (t.places || []).forEach(function (p) {
      var at = line([p[0], p[1]])[0];
      L.marker(at, { icon: L.divIcon({ className: "", html: review.el("div", "place", "+"), iconSize: [0, 0] }), keyboard: false, zIndexOffset: -500 })
        .on("click", function (e) { if (picked(e)) return; L.DomEvent.stopPropagation(e); review.announce(review.say(p[2])); }).addTo(themeShapes);
    });
    legend(t);
  };
  function legend(t) {
    var list = review.byId("legend");
    list.textContent = "";
    function entry(colour, words, verdict) {
      var li = review.el("li"), swatch = review.el("span", "swatch");
      swatch.style.background = verdict ? "url(" + tile(verdict).toDataURL() + ")" : colour;
      li.append(swatch, document.createTextNode(words));
      list.append(li);
    }
    if (t.kind === "gap") {
      COLOURS.forEach(function (colour, i) {
        if (t.verdicts.indexOf(String(i)) < 0) return;
        var words = i === 0 ? review.t("Within {limit} m", { limit: t.limit }) : review.t(WORDS[i]);
        entry(colour, words, i);
      });
    }
    if (t.kind === "heat") {
      list.append(review.el("li", "", review.say(t.unit)));
      t.classes.forEach(function (c) { entry(c.colour, c.label); });
    }
    list.hidden = !list.children.length;
  }
  function metres(t, index) {
    var m = t.metres[index];
    return m < 0 ? review.t("no walking route known") : review.t(t.network ? "{m} m on foot" : "{m} m in a straight line", { m: m });
  }
  review.tell = function (index) {
    var name = plan.buildings.names ? plan.buildings.names[index] : "";
    var seen = {}, parts = [];
    plan.themes.forEach(function (t) {
      if (t.kind !== "gap" || seen[t.code]) return;
      seen[t.code] = true;
      var verdict = Number(t.verdicts.charAt(index));
      parts.push(review.t("{kind}: {verdict} ({metres}; limit {limit} m)", { kind: t.name, verdict: review.t(WORDS[verdict]), metres: metres(t, index), limit: t.limit }));
    });
    if (found) found.remove();
    found = L.polygon(buildings[index].getLatLngs(), { renderer: svg, pane: "plan", interactive: false, color: "#1B2430", weight: 4, fill: false }).addTo(map);
    if (parts.length || name) review.announce((name ? name + " — " : "") + parts.join(" · "));
  };
  review.announce = function (words) {
    var told = review.byId("told");
    told.textContent = words;
    told.hidden = !words;
    map.invalidateSize();
  };
  review.goTo = function (index) {
    map.fitBounds(buildings[index].getBounds().pad(3), { animate: !still, maxZoom: 18 });
    review.tell(index);
  };

  // -- a place a resident points at: one per proposal, as longitude and latitude with six decimals
  var picking = null, marker = null;
  function picked(e) {
    if (!picking) return false;
    L.DomEvent.stopPropagation(e);
    put(e.latlng);
    return true;
  }
  function put(at) {
    var done = picking;
    review.pick(null);
    if (done) done([at.lng.toFixed(6), at.lat.toFixed(6)]);
  }
  review.pick = function (done) {
    picking = done;
    map.getContainer().classList.toggle("picking", !!done);
    review.announce(done ? review.t("Tap the map at the place you mean.") : "");
  };
  review.pickMiddle = function () { if (picking) put(map.getCenter()); };
  review.showMark = function (mark) {
    if (marker) marker.remove();
    marker = !mark ? null : L.marker([Number(mark[1]), Number(mark[0])], { icon: L.divIcon({ className: "", html: review.el("div", "mark-pin", "!"), iconSize: [0, 0] }), keyboard: false, interactive: false, zIndexOffset: 2000 }).addTo(map);
  };

  var pins = [], shapes = [];
  function flat(g) { return g.kind === "point" ? g.shapes.map(function (s) { return line(s)[0]; }) : []; }
  plan.proposals.forEach(function (p, i) {
    var group = L.featureGroup().addTo(map), style = { renderer: svg, pane: "plan", color: "#0E7C86", weight: 5, fillColor: "#0E7C86", fillOpacity: 0.35 };
    p.geometry.forEach(function (g) {
      var drawn = g.kind === "area" ? g.shapes.map(function (s) { return L.polygon(rings(s), style); })
        : g.kind === "line" ? g.shapes.map(function (s) { return L.polyline(s.map(line), style); })
        : flat(g).map(function (at) { return L.circleMarker(at, Object.assign({}, style, { radius: 6 })); });
      drawn.forEach(function (d) { d.on("click", function (e) { if (picked(e)) return; L.DomEvent.stopPropagation(e); review.show(i, true); }).addTo(group); });
    });
    shapes.push(group);
    if (!p.at) { pins.push(null); return; }
    var disc = review.el("div", "pin", String(p.number));
    var pin = L.marker(line(p.at)[0], { icon: L.divIcon({ className: "", html: disc, iconSize: [0, 0] }), keyboard: false, riseOnHover: true });
    pin.on("click", function (e) { if (!picked(e)) review.show(i, true); });
    pins.push({ marker: pin.addTo(map), disc: disc });
  });
  (plan.notes || []).forEach(function (n) {
    L.circleMarker(line(n.at)[0], { renderer: svg, pane: "plan", radius: 6, color: "#8A5A00", weight: 2, fillColor: "#FFE9B0", fillOpacity: 1 })
      .on("click", function (e) { if (picked(e)) return; L.DomEvent.stopPropagation(e); review.announce(n.text); }).addTo(map);
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
  map.on("click", function (e) { if (picked(e)) return; if (found) found.remove(); review.announce(""); });
  map.on("zoomend", widths);
  window.addEventListener("resize", function () { map.invalidateSize(); });
  review.all();
  widths();
})();
