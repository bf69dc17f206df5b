// Two languages in one page; everything a person wrote reaches the screen as text, never as markup.
"use strict";
(function () {
  review.plan = JSON.parse(document.getElementById("plan").textContent);
  review.lang = review.plan.lang;

  review.say = function (text) {
    if (text === null || text === undefined) return "";
    if (typeof text === "string") return text;
    if (text.t === undefined) return text[review.lang] || text.en || "";
    var words = review.lang === "zh" ? review.plan.words[text.t] || text.t : text.e || text.t;
    return words.replace(/\{(\w+)\}/g, function (whole, name) {
      return text.v && name in text.v ? review.say(text.v[name]) : whole;
    });
  };
  review.t = function (key, values) {
    var v = {};
    Object.keys(values || {}).forEach(function (name) {
      v[name] = typeof values[name] === "number" ? String(values[name]) : values[name];
    });
    return review.say({ t: key, v: v });
  };
  review.el = function (tag, className, words) {
    var node = document.createElement(tag);
    if (className) node.className = className;
    if (words !== undefined) node.textContent = words;
    return node;
  };
  review.byId = function (id) { return document.getElementById(id); };
  review.until = function () {
    var m = /^(\d{4})-(\d\d)-(\d\d)$/.exec(review.plan.until);
    if (!m) return review.plan.until;
    if (review.lang === "zh") return Number(m[2]) + " 月 " + Number(m[3]) + " 日";
    var months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    return Number(m[3]) + " " + months[Number(m[2]) - 1];
  };
})();
