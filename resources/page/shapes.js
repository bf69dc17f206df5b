// Thousands of outlines as one drawing: numbers in flat arrays, projected once, so that an old phone keeps up.
"use strict";
(function () {
  var O = review.plan.origin;
  function world(lon, lat) { // pixels of the whole earth at zoom 0
    var s = Math.sin(lat * Math.PI / 180);
    return [(lon + 180) / 360 * 256, (0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)) * 256];
  }
  review.line = function (flat) { // differences in millionths of a degree
    var x = 0, y = 0, out = [];
    for (var i = 0; i < flat.length; i += 2) {
      x += flat[i]; y += flat[i + 1];
      out.push([O[1] + y / 1e6, O[0] + x / 1e6]);
    }
    return out;
  };
  review.rings = function (polygons) { return polygons.map(function (p) { return p.map(review.line); }); };

  // rings of many shapes: coordinates, where each ring begins, which shape it belongs to, its box
  function Packed(rings, owners) {
    var size = rings.reduce(function (sum, flat) { return sum + flat.length; }, 0), rad = Math.PI / 180e6;
    var xy = this.xy = new Float64Array(size), starts = this.starts = new Int32Array(rings.length + 1), n = 0;
    this.owner = owners;
    this.boxes = rings.map(function (flat, r) {
      var x = 0, y = 0, west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
      for (var i = 0; i < flat.length; i += 2) { // as in world(), without an array for each corner
        x += flat[i]; y += flat[i + 1];
        var s = Math.sin((O[1] * 1e6 + y) * rad), px = (O[0] + x / 1e6 + 180) / 360 * 256, py = (0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)) * 256;
        xy[n++] = px; xy[n++] = py;
        if (px < west) west = px;
        if (px > east) east = px;
        if (py < north) north = py;
        if (py > south) south = py;
      }
      starts[r + 1] = n;
      return [west, north, east, south];
    });
  }
  Packed.prototype.hit = function (latlng) { // the shape under a point, or -1
    var p = world(latlng.lng, latlng.lat), inside = {}, found = -1;
    for (var r = 0; r < this.boxes.length; r++) {
      var b = this.boxes[r];
      if (p[0] < b[0] || p[0] > b[2] || p[1] < b[1] || p[1] > b[3] || !this.winds(r, p)) continue;
      inside[this.owner[r]] = !inside[this.owner[r]]; // a hole takes it out again
    }
    Object.keys(inside).forEach(function (k) { if (inside[k]) found = Number(k); });
    return found;
  };
  Packed.prototype.winds = function (r, p) {
    var odd = false, xy = this.xy, from = this.starts[r], to = this.starts[r + 1];
    for (var i = from, j = to - 2; i < to; j = i, i += 2) {
      if (xy[i + 1] > p[1] !== xy[j + 1] > p[1] && p[0] < (xy[j] - xy[i]) * (p[1] - xy[i + 1]) / (xy[j + 1] - xy[i + 1]) + xy[i]) odd = !odd;
    }
    return odd;
  };
  function packed(shapes, each) {
    var rings = [], owners = [];
    shapes.forEach(function (shape, owner) { each(shape, function (flat) { rings.push(flat); owners.push(owner); }); });
    return new Packed(rings, owners);
  }
  review.packedAreas = function (shapes) { return packed(shapes, function (shape, add) { shape.forEach(function (polygon) { polygon.forEach(add); }); }); };
  review.packedLines = function (shapes) { return packed(shapes, function (shape, add) { shape.forEach(add); }); };

  // a path of Leaflet's canvas that draws them; looks: [{fill, stroke, width, dash}], choose(owner) says which, -1: none
  review.Drawing = L.Path.extend({
    options: { interactive: false, weight: 0 },
    initialize: function (packed, looks, choose, options) { this.packed = packed; this.looks = looks; this.choose = choose; L.setOptions(this, options); },
    repaint: function () { if (this._map) this.redraw(); },
    _project: function () { this._pxBounds = L.bounds([-1e7, -1e7], [1e7, 1e7]); },
    _update: function () { if (this._map) this._updatePath(); },
    _empty: function () { return false; },
    _containsPoint: function () { return false; },
    _updatePath: function () {
      var ctx = this._renderer._ctx, seen = this._renderer._bounds;
      if (!this._renderer._drawing || !seen) return;
      var scale = Math.pow(2, this._map.getZoom()), origin = this._map.getPixelOrigin(), self = this, picked = this.looks.map(function () { return []; });
      var view = [(seen.min.x + origin.x) / scale, (seen.min.y + origin.y) / scale, (seen.max.x + origin.x) / scale, (seen.max.y + origin.y) / scale];
      this.packed.boxes.forEach(function (b, r) {
        if (b[2] < view[0] || b[0] > view[2] || b[3] < view[1] || b[1] > view[3]) return;
        var look = self.choose ? self.choose(self.packed.owner[r]) : 0;
        if (look >= 0) picked[look].push(r);
      });
      picked.forEach(function (rings, k) { if (rings.length) self._ink(ctx, rings, self.looks[k], scale, origin); });
    },
    _ink: function (ctx, rings, look, scale, origin) {
      var xy = this.packed.xy, starts = this.packed.starts;
      ctx.beginPath();
      rings.forEach(function (r) {
        for (var i = starts[r]; i < starts[r + 1]; i += 2) {
          var x = xy[i] * scale - origin.x, y = xy[i + 1] * scale - origin.y;
          if (i === starts[r]) ctx.moveTo(x, y); else ctx.lineTo(x, y);
        }
      });
      if (look.fill) { // outer rings and holes wind against each other
        ctx.globalAlpha = look.opacity || 1; ctx.fillStyle = look.fill; ctx.fill(); ctx.globalAlpha = 1;
      }
      if (look.stroke) {
        ctx.strokeStyle = look.stroke; ctx.lineWidth = look.widthAt ? look.widthAt(this._map.getZoom()) : look.width;
        ctx.lineCap = ctx.lineJoin = "round";
        ctx.setLineDash(look.dash ? look.dash.split(/[ ,]+/).map(Number) : []);
        ctx.stroke();
        ctx.setLineDash([]);
      }
    }
  });
})();
