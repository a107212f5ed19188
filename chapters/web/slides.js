// slides.js: keys, a counter and the notes of a deck.
// An extra: without script a deck is a page to scroll through, and its notes
// open one by one.
(function () {
  'use strict';
  var slides = Array.from(document.querySelectorAll('.slide'));
  var steps = document.querySelector('.steps');
  var nowhere = ['INPUT', 'TEXTAREA', 'SELECT'];

  // The slide that fills most of the window.
  function current() {
    var middle = window.innerHeight / 2;
    for (var i = 0; i < slides.length; i++)
      if (slides[i].getBoundingClientRect().bottom > middle) return i;
    return slides.length - 1;
  }

  function go(to) {
    var slide = slides[Math.max(0, Math.min(slides.length - 1, to))];
    slide.scrollIntoView();
    history.replaceState(null, '', '#' + slide.id);
  }

  function button(words, act) {
    var made = document.createElement('button');
    made.type = 'button';
    made.textContent = words;
    made.addEventListener('click', act);
    steps.append(made);
    return made;
  }

  function count() {
    counter.textContent = current() + ' / ' + (slides.length - 1);
  }

  // A listing that is wider than its box keeps the arrows to itself.
  function isBusy(target, key) {
    var box = target.closest && target.closest('pre, .wide');
    return nowhere.indexOf(target.tagName) >= 0 ||
      (box && /Left|Right/.test(key) && box.scrollWidth > box.clientWidth) ||
      (key === ' ' && /BUTTON|SUMMARY|A/.test(target.tagName));
  }

  var KEYS = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, ' ': 1,
    ArrowLeft: -1, ArrowUp: -1, PageUp: -1 };

  button('‹', function () { go(current() - 1); })
    .setAttribute('aria-label', 'Previous slide');
  var counter = document.createElement('span');
  steps.append(counter);
  button('›', function () { go(current() + 1); })
    .setAttribute('aria-label', 'Next slide');
  var notes = button('Notes', function () {
    var open = notes.getAttribute('aria-pressed') !== 'true';
    notes.setAttribute('aria-pressed', open);
    document.querySelectorAll('.notes').forEach(function (each) {
      each.open = open;
    });
  });
  notes.setAttribute('aria-pressed', 'false');

  document.addEventListener('keydown', function (event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (isBusy(event.target, event.key)) return;
    if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(slides.length - 1);
    else if (KEYS[event.key])
      go(current() + KEYS[event.key] * (event.shiftKey ? -1 : 1));
    else return;
    event.preventDefault();
  });
  document.addEventListener('scroll', count, { passive: true });
  count();
})();
