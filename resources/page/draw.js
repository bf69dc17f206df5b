// Marks a person draws on the map: a point, a line, an area. Taps, or the middle of the map for those without a pointer.
"use strict";
(function () {
  var map = map_review, t = review.t, byId = review.byId, now = null, drawing = L.svg({ pane: "mine", padding: 0.5 }), group = L.layerGroup().addTo(map);
  var FEWEST = { Point: 1, LineString: 2, Polygon: 3 }, MOST = 100, MARKS = 20;
  review.markWords = { Point: "Point", LineString: "Line", Polygon: "Area" };

  function text(latlng) { var at = latlng.wrap(); return [at.lng.toFixed(6), at.lat.toFixed(6)]; }
  function latlngs(places) { return places.map(function (p) { return [Number(p[1]), Number(p[0])]; }); }
  function shape(kind, places, isOpen) {
    var dark = { renderer: drawing, pane: "mine", interactive: false, color: "#1B2430", weight: 7, fill: false }, gold = Object.assign({}, dark, { color: "#F2B705", weight: 4, dashArray: isOpen ? "6 6" : null });
    if (kind === "Point") {
      L.marker(latlngs(places)[0], { pane: "mine", icon: L.divIcon({ className: "", html: review.el("div", "mark-pin", "!"), iconSize: [0, 0] }), keyboard: false, interactive: false }).addTo(group);
    } else {
      var make = kind === "Polygon" && !isOpen ? L.polygon : L.polyline;
      make(latlngs(places), dark).addTo(group);
      make(latlngs(places), Object.assign(gold, kind === "Polygon" && !isOpen ? { fill: true, fillColor: "#F2B705", fillOpacity: 0.25 } : {})).addTo(group);
    }
  }
  review.showMarks = function () {
    group.clearLayers();
    review.state.marks.forEach(function (m) { shape(m.kind, m.places, false); });
    if (!now || !now.places.length) return;
    if (now.places.length > 1) shape(now.kind, now.places, true);
    now.places.forEach(function (p) { L.circleMarker(latlngs([p])[0], { renderer: drawing, pane: "mine", interactive: false, radius: 6, color: "#1B2430", weight: 2, fillColor: "#F2B705", fillOpacity: 1 }).addTo(group); });
  };
  function isEnough() { return now.places.filter(function (p, i, all) { return all.map(String).indexOf(String(p)) === i; }).length >= FEWEST[now.kind]; }
  function bar() {
    byId("draw-bar").hidden = !now;
    map.getContainer().classList.toggle("picking", !!now);
    byId("cross").hidden = !now;
    if (!now) { review.announce(""); review.showMarks(); return; }
    byId("draw-middle").textContent = t("Set in middle");
    byId("draw-undo").textContent = t("Undo");
    byId("draw-done").textContent = t("Done");
    byId("draw-cancel").textContent = t("Cancel");
    byId("draw-undo").hidden = byId("draw-done").hidden = now.kind === "Point";
    byId("draw-undo").disabled = !now.places.length;
    byId("draw-done").disabled = !isEnough();
    review.announce(now.kind === "Point" ? t("Tap the map at the place you mean.") : t("Tap the map point by point, then press Done. Points so far: {n}.", { n: now.places.length }));
    review.showMarks();
  }
  function finish() {
    var made = { proposal: now.proposal, kind: now.kind, places: now.places, text: "" }, done = now.done;
    now = null;
    review.state.marks.push(made);
    review.keep();
    bar();
    done(made);
  }
  review.drawn = function (latlng) {
    if (!now) return false;
    if (now.places.length < MOST) now.places.push(text(latlng));
    if (now.kind === "Point") finish(); else bar();
    return true;
  };
  review.startDrawing = function (kind, proposal, done) {
    if (review.state.marks.length >= MARKS) { review.live(t("There is room for {n} marks.", { n: MARKS })); return; }
    now = { kind: kind, proposal: proposal, places: [], done: done };
    bar();
    if (byId("map-side").getBoundingClientRect().bottom < 160) window.scrollTo(0, 0);
    byId("draw-middle").focus({ preventScroll: true });
  };
  review.stopDrawing = function () {
    if (!now) return;
    var done = now.done;
    now = null;
    bar();
    done(null);
  };
  byId("draw-middle").addEventListener("click", function () { review.drawn(map.getCenter()); });
  byId("draw-undo").addEventListener("click", function () { now.places.pop(); bar(); });
  byId("draw-done").addEventListener("click", function () { if (isEnough()) finish(); });
  byId("draw-cancel").addEventListener("click", review.stopDrawing);
})();
