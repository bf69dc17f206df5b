// QR codes (ISO/IEC 18004): bytes, level M, versions 1 to 15. Checked against an independent reader in the tests.
"use strict";
(function () {
  // per version: error correction letters in a block, and blocks
  var EC = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24], BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10];
  var EXP = [], LOG = [];
  for (var i = 0, x = 1; i < 255; i++) { EXP[i] = x; LOG[x] = i; x = x << 1 ^ (x & 128 ? 0x11D : 0); }
  function times(a, b) { return a && b ? EXP[(LOG[a] + LOG[b]) % 255] : 0; }

  function centres(version) { // of the alignment patterns
    if (version === 1) return [];
    var count = Math.floor(version / 7) + 2, last = version * 4 + 10, step = Math.ceil((last - 6) / (count - 1) / 2) * 2, out = [];
    for (var i = 0; i < count - 1; i++) out.unshift(last - i * step);
    return [6].concat(out);
  }
  function letters(version) { // all of them, data and correction
    var size = version * 4 + 17, c = centres(version).length, used = 3 * 64 + 31 + 2 * (size - 16);
    if (c) used += 25 * (c * c - 3) - 10 * (c - 2);
    if (version >= 7) used += 36;
    return Math.floor((size * size - used) / 8);
  }
  function room(version) { return letters(version) - EC[version - 1] * BLOCKS[version - 1]; }

  function correction(data, count) {
    var divisor = [1], rest = [];
    for (var i = 0; i < count; i++) {
      var next = divisor.concat([0]);
      divisor.forEach(function (d, k) { next[k + 1] ^= times(d, EXP[i]); });
      divisor = next;
    }
    for (i = 0; i < count; i++) rest.push(0);
    data.forEach(function (byte) {
      var factor = byte ^ rest.shift();
      rest.push(0);
      for (var k = 0; k < count; k++) rest[k] ^= times(divisor[k + 1], factor);
    });
    return rest;
  }
  function stream(bytes, version) {
    var bits = [], space = room(version) * 8, out = [], pad = [0xEC, 0x11];
    function put(value, count) { for (var b = count - 1; b >= 0; b--) bits.push(value >> b & 1); }
    put(4, 4); put(bytes.length, version < 10 ? 8 : 16);
    bytes.forEach(function (byte) { put(byte, 8); });
    put(0, Math.min(4, space - bits.length));
    while (bits.length % 8) bits.push(0);
    for (var i = 0; bits.length < space; i++) put(pad[i % 2], 8);
    for (i = 0; i < bits.length; i += 8) out.push(parseInt(bits.slice(i, i + 8).join(""), 2));
    return out;
  }
  function interleaved(data, version) {
    var count = BLOCKS[version - 1], short = Math.floor(data.length / count), longer = data.length % count, blocks = [], out = [], at = 0;
    for (var i = 0; i < count; i++) {
      var size = short + (i >= count - longer ? 1 : 0);
      blocks.push(data.slice(at, at + size));
      at += size;
    }
    var checks = blocks.map(function (b) { return correction(b, EC[version - 1]); });
    for (i = 0; i <= short; i++) blocks.forEach(function (b) { if (i < b.length) out.push(b[i]); });
    for (i = 0; i < EC[version - 1]; i++) checks.forEach(function (c) { out.push(c[i]); });
    return out;
  }
  function remainder(value, poly, count) {
    var rest = value << count, top = Math.floor(Math.log2(poly));
    for (var b = 31 - Math.clz32(rest); b >= top; b--) if (rest >> b & 1) rest ^= poly << (b - top);
    return value << count | rest;
  }

  function frame(version) { // everything but data: rows of true, false, and null where data goes
    var n = version * 4 + 17, m = [], at = centres(version);
    for (var y = 0; y < n; y++) { m.push([]); for (var x = 0; x < n; x++) m[y].push(null); }
    function square(cx, cy, reach, isDark) {
      for (var dy = -reach; dy <= reach; dy++) for (var dx = -reach; dx <= reach; dx++) {
        if (m[cy + dy] && m[cy + dy][cx + dx] !== undefined) m[cy + dy][cx + dx] = isDark(Math.max(Math.abs(dx), Math.abs(dy)));
      }
    }
    for (var i = 0; i < n; i++) m[6][i] = m[i][6] = i % 2 === 0;
    [[3, 3], [n - 4, 3], [3, n - 4]].forEach(function (c) { square(c[0], c[1], 4, function (d) { return d !== 2 && d !== 4; }); });
    at.forEach(function (cy, a) {
      at.forEach(function (cx, b) {
        var isCorner = (a === 0 && (b === 0 || b === at.length - 1)) || (b === 0 && a === at.length - 1);
        if (!isCorner) square(cx, cy, 2, function (d) { return d !== 1; });
      });
    });
    format(m, 0);
    if (version >= 7) {
      var bits = remainder(version, 0x1F25, 12);
      for (i = 0; i < 18; i++) m[n - 11 + i % 3][Math.floor(i / 3)] = m[Math.floor(i / 3)][n - 11 + i % 3] = !!(bits >> i & 1);
    }
    return m;
  }
  function format(m, mask) { // level M is 0
    var n = m.length, bits = remainder(mask, 0x537, 10) ^ 0x5412;
    for (var i = 0; i < 15; i++) {
      var bit = !!(bits >> i & 1);
      if (i < 6) m[i][8] = bit; else if (i < 8) m[i + 1][8] = bit; else if (i === 8) m[8][7] = bit; else m[8][14 - i] = bit;
      if (i < 8) m[8][n - 1 - i] = bit; else m[n - 15 + i][8] = bit;
    }
    m[n - 8][8] = true;
  }
  var MASKS = [
    function (x, y) { return (x + y) % 2; }, function (x, y) { return y % 2; }, function (x) { return x % 3; }, function (x, y) { return (x + y) % 3; },
    function (x, y) { return (Math.floor(x / 3) + Math.floor(y / 2)) % 2; }, function (x, y) { return x * y % 2 + x * y % 3; },
    function (x, y) { return (x * y % 2 + x * y % 3) % 2; }, function (x, y) { return ((x + y) % 2 + x * y % 3) % 2; }
  ];
  function filled(base, data, mask) {
    var m = base.map(function (row) { return row.slice(); }), n = m.length, i = 0;
    for (var right = n - 1; right > 0; right -= 2) {
      if (right === 6) right = 5;
      for (var step = 0; step < n; step++) for (var k = 0; k < 2; k++) {
        var x = right - k, y = (right + 1) & 2 ? step : n - 1 - step;
        if (base[y][x] !== null) continue;
        var bit = i < data.length * 8 && data[i >> 3] >> (7 - (i & 7)) & 1;
        i++;
        m[y][x] = !!bit !== (MASKS[mask](x, y) === 0);
      }
    }
    format(m, mask);
    return m;
  }
  function penalty(m) { // runs, squares, false finders, and too much of one colour
    var n = m.length, sum = 0, dark = 0;
    function lines(get) {
      for (var a = 0; a < n; a++) {
        var run = 0, row = "";
        for (var b = 0; b < n; b++) {
          run = b && get(a, b) === get(a, b - 1) ? run + 1 : 1;
          if (run === 5) sum += 3; else if (run > 5) sum++;
          row += get(a, b) ? "1" : "0";
        }
        for (b = 0; b + 11 <= n; b++) { var part = row.substr(b, 11); if (part === "10111010000" || part === "00001011101") sum += 40; }
      }
    }
    lines(function (a, b) { return m[a][b]; });
    lines(function (a, b) { return m[b][a]; });
    for (var y = 0; y < n; y++) for (var x = 0; x < n; x++) {
      if (m[y][x]) dark++;
      if (x && y && m[y][x] === m[y - 1][x] && m[y][x] === m[y][x - 1] && m[y][x] === m[y - 1][x - 1]) sum += 3;
    }
    return sum + Math.floor(Math.abs(dark * 20 / (n * n) - 10)) * 10;
  }

  // rows of true and false, without the quiet margin; null when it does not fit
  review.qr = function (text) {
    var bytes = review.bytes(text), version = 1;
    while (version <= 15 && room(version) * 8 < 4 + (version < 10 ? 8 : 16) + bytes.length * 8) version++;
    if (version > 15) return null;
    var data = interleaved(stream(bytes, version), version), base = frame(version), best = null, least = Infinity;
    MASKS.forEach(function (_, mask) {
      var m = filled(base, data, mask), p = penalty(m);
      if (p < least) { least = p; best = m; }
    });
    return best;
  };
  // the parts of a packed reply: RGQ2:<first digits of its SHA-256>:<number>/<all>:<piece>
  review.qrParts = function (packed) {
    var all = Math.max(1, Math.ceil(packed.length / 250)), size = Math.ceil(packed.length / all), out = [];
    var id = review.hex(review.sha256(review.bytes(packed))).slice(0, 8);
    for (var i = 0; i < all; i++) out.push("RGQ2:" + id + ":" + (i + 1) + "/" + all + ":" + packed.slice(i * size, (i + 1) * size));
    return out;
  };
  review.paintQr = function (canvas, text) {
    var m = review.qr(text), n = m.length + 8, ctx = canvas.getContext("2d"), dot = Math.max(4, Math.floor(640 / n));
    canvas.width = canvas.height = n * dot;
    ctx.fillStyle = "#fff"; ctx.fillRect(0, 0, n * dot, n * dot);
    ctx.fillStyle = "#000";
    m.forEach(function (row, y) { row.forEach(function (isDark, x) { if (isDark) ctx.fillRect((x + 4) * dot, (y + 4) * dot, dot, dot); }); });
  };
})();
