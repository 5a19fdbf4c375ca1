// Comfort only: every page works without it. The ledger's rows follow what is typed and chosen.
(function () {
  'use strict';
  var form = document.getElementById('filter');
  if (!form || !window.fetch || !window.URLSearchParams) return;
  var waiting = null;
  var latest = 0;

  function address() {
    var query = new URLSearchParams();
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!field.name || field.value === '' || (field.type === 'checkbox' && !field.checked)) return;
      query.set(field.name, field.value);
    });
    var text = query.toString();
    return form.getAttribute('action') + (text ? '?' + text : '');
  }

  function follow() {
    var turn = ++latest;
    var url = address();
    fetch(url, { credentials: 'same-origin' })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) throw new Error('reload');
        return answer.text();
      })
      .then(function (text) {
        if (turn !== latest) return;
        var page = new DOMParser().parseFromString(text, 'text/html');
        var rows = page.getElementById('rows');
        var old = document.getElementById('rows');
        if (!rows || !old) throw new Error('reload');
        old.replaceWith(rows);
        history.replaceState(null, '', url);
      })
      .catch(function () {
        if (turn === latest) location.assign(url);
      });
  }

  function soon(ms) {
    clearTimeout(waiting);
    waiting = setTimeout(follow, ms);
  }

  form.addEventListener('input', function () {
    soon(250);
  });
  form.addEventListener('submit', function (event) {
    event.preventDefault();
    soon(0);
  });
})();
