// Today on the left, with the plan on the right: one handle, by finger, mouse or arrow keys.
"use strict";
(function () {
  var map = map_review, byId = review.byId, t = review.t, handle = byId("swipe"), KNOB = 48, HIDDEN = ["after", "plan", "pins"];
  review.swiping = false;

  function place() { // the line stands where the knob of the range stands
    var width = map.getSize().x;
    return KNOB / 2 + (width - KNOB) * Number(handle.value) / 100;
  }
  function cut() {
    var size = map.getSize(), nw = map.containerPointToLayerPoint([0, 0]), far = 20000, x = place();
    HIDDEN.forEach(function (name) {
      var pane = map.getPane(name);
      pane.style.clip = !review.swiping ? "" : "rect(" + (nw.y - far) + "px," + (nw.x + size.x + far) + "px," + (nw.y + size.y + far) + "px," + (nw.x + x) + "px)";
    });
    byId("swipe-line").style.left = byId("swipe-sign").style.left = x + "px";
    byId("today").style.right = size.x - x + 10 + "px";
    byId("planned").style.left = x + 10 + "px";
    handle.setAttribute("aria-valuetext", t("{n} % of the map show today", { n: handle.value }));
  }
  review.setSwipe = function (on) {
    review.swiping = on;
    ["swipe", "swipe-line", "swipe-sign", "today", "planned"].forEach(function (id) { byId(id).hidden = !on; });
    byId("compare").setAttribute("aria-pressed", String(on));
    byId("theme-label").classList.toggle("off", on);
    review.paint();
    var pair = review.pair();
    review.announce(on && pair[0] !== pair[1] ? t("{kind}: today on the left, with the plan on the right", { kind: pair[0].name }) : "");
    cut();
  };
  review.swipeWords = function () {
    byId("compare").textContent = t("Before and after");
    byId("today").textContent = t("Today");
    byId("planned").textContent = t("With the plan");
    handle.setAttribute("aria-label", t("Boundary between today and with the plan"));
    cut();
  };
  byId("compare").addEventListener("click", function () {
    review.setSwipe(!review.swiping);
    if (review.swiping) handle.focus({ preventScroll: true });
  });
  byId("compare").hidden = !review.plan.proposals.length;
  handle.addEventListener("input", cut);
  map.on("move zoom zoomend resize viewreset", cut);
})();
