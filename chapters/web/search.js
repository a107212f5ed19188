// search.js: finds sections and definitions by their words.
// An extra: without script the form stays hidden, and everything else works.
// The index is a script, too, because file:// pages cannot fetch anything.
(function () {
  'use strict';
  var LIMIT = 20;
  var root = document.currentScript.dataset.root;
  var form = document.querySelector('.search');
  if (!form || typeof SEARCH_INDEX === 'undefined') return;
  var input = document.getElementById('q');
  var count = document.getElementById('count');
  var hits = document.getElementById('hits');

  // The entry's rank for these words, 0 unless it has them all.
  function rank(entry, words) {
    var title = entry[0].toLowerCase(), text = entry[2].toLowerCase();
    var total = 0;
    for (var i = 0; i < words.length; i++) {
      var inTitle = title.indexOf(words[i]), inText = text.indexOf(words[i]);
      if (inTitle < 0 && inText < 0) return 0;
      if (title.replace(/\(\)$/, '') === words[i]) total += 100;
      if (inTitle === 0) total += 20;
      total += inTitle >= 0 ? 10 : 1;
    }
    return total;
  }

  function find(words) {
    var found = [];
    SEARCH_INDEX.forEach(function (entry, order) {
      var value = rank(entry, words);
      if (value) found.push({ value: value, order: order, entry: entry });
    });
    return found.sort(function (a, b) {
      return b.value - a.value || a.order - b.order;
    });
  }

  // The words around the first hit, with the hit marked.
  function context(text, words) {
    var line = document.createElement('p');
    var at = text.toLowerCase().indexOf(words[0]);
    if (at < 0) {
      line.textContent = text.slice(0, 90);
      return line;
    }
    var mark = document.createElement('mark');
    var end = at + words[0].length;
    mark.textContent = text.slice(at, end);
    line.append((at > 40 ? '…' : '') + text.slice(Math.max(0, at - 40), at),
      mark, text.slice(end, end + 60) + (text.length > end + 60 ? '…' : ''));
    return line;
  }

  function show(hit, words) {
    var item = document.createElement('li');
    var link = document.createElement('a');
    link.href = root + hit.entry[1];
    link.textContent = hit.entry[0];
    item.append(link, context(hit.entry[2], words));
    hits.append(item);
  }

  function search() {
    var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    hits.textContent = count.textContent = '';
    if (input.value.trim().length < 2) return;
    var found = find(words);
    count.textContent = found.length ? found.length + ' found' +
      (found.length > LIMIT ? ', the first ' + LIMIT : '') : 'Nothing found';
    found.slice(0, LIMIT).forEach(function (hit) { show(hit, words); });
  }

  input.addEventListener('input', search);
  form.addEventListener('submit', function (event) {
    event.preventDefault();
    var first = hits.querySelector('a');
    if (first) location.href = first.href;
  });
  form.hidden = false;
})();
