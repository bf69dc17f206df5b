// SHA-256 and HMAC of our own: browsers withhold theirs from pages opened as a file.
"use strict";
var review = {};
(function () {
  var primes = [];
  for (var n = 2; primes.length < 64; n++) {
    if (primes.every(function (p) { return n % p; })) primes.push(n);
  }
  function fraction(x) { return ((x - Math.floor(x)) * 4294967296) | 0; }
  var rounds = primes.map(function (p) { return fraction(Math.cbrt(p)); });
  var start = primes.slice(0, 8).map(function (p) { return fraction(Math.sqrt(p)); });
  function turn(x, by) { return (x >>> by) | (x << (32 - by)); }

  function block(state, words) {
    var w = words.slice();
    for (var i = 16; i < 64; i++) {
      var a = w[i - 15], b = w[i - 2];
      var s0 = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3), s1 = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    var h = state.slice();
    for (i = 0; i < 64; i++) {
      var e = h[4], x = h[0];
      var t1 = (h[7] + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & h[5]) ^ (~e & h[6])) + rounds[i] + w[i]) | 0;
      var t2 = ((turn(x, 2) ^ turn(x, 13) ^ turn(x, 22)) + ((x & h[1]) ^ (x & h[2]) ^ (h[1] & h[2]))) | 0;
      h = [(t1 + t2) | 0, h[0], h[1], h[2], (h[3] + t1) | 0, h[4], h[5], h[6]];
    }
    return state.map(function (v, k) { return (v + h[k]) | 0; });
  }

  review.sha256 = function (bytes) {
    var size = bytes.length, total = ((size + 8) >> 6) * 16 + 16, words = new Array(total).fill(0);
    for (var i = 0; i < size; i++) words[i >> 2] |= bytes[i] << (24 - 8 * (i & 3));
    words[size >> 2] |= 0x80 << (24 - 8 * (size & 3));
    words[total - 2] = Math.floor(size / 0x20000000);
    words[total - 1] = (size << 3) | 0;
    var state = start;
    for (i = 0; i < total; i += 16) state = block(state, words.slice(i, i + 16));
    var out = [];
    state.forEach(function (v) { out.push((v >>> 24) & 255, (v >>> 16) & 255, (v >>> 8) & 255, v & 255); });
    return out;
  };
  review.bytes = function (text) {
    var raw = unescape(encodeURIComponent(text)), out = new Array(raw.length);
    for (var i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
    return out;
  };
  review.hex = function (bytes) {
    return bytes.map(function (b) { return (b < 16 ? "0" : "") + b.toString(16); }).join("");
  };
  review.hmac = function (keyHex, text) {
    var key = keyHex.match(/../g).map(function (h) { return parseInt(h, 16); });
    if (key.length > 64) key = review.sha256(key);
    while (key.length < 64) key.push(0);
    var inner = key.map(function (b) { return b ^ 0x36; }), outer = key.map(function (b) { return b ^ 0x5c; });
    return review.hex(review.sha256(outer.concat(review.sha256(inner.concat(review.bytes(text))))));
  };
  review.base64url = function (bytes) {
    var raw = "";
    for (var i = 0; i < bytes.length; i++) raw += String.fromCharCode(bytes[i]);
    return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  // "z" and the deflated text, or "p" and the plain one where the browser cannot deflate
  review.packed = function (text) {
    var plain = "p" + review.base64url(review.bytes(text));
    try {
      var stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
      return new Response(stream).arrayBuffer().then(function (buffer) {
        var small = "z" + review.base64url(new Uint8Array(buffer));
        return small.length < plain.length ? small : plain;
      }, function () { return plain; });
    } catch (error) { return Promise.resolve(plain); }
  };
  review.uuid = function () {
    var b = new Uint8Array(16);
    if (window.crypto && crypto.getRandomValues) crypto.getRandomValues(b);
    else for (var i = 0; i < 16; i++) b[i] = Math.floor(Math.random() * 256);
    b[6] = (b[6] & 15) | 64; b[8] = (b[8] & 63) | 128;
    return review.hex(Array.prototype.slice.call(b)).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };
})();
