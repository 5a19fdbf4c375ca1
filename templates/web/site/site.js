// Comfort only: every page works without it. The ledger's rows follow what is typed and chosen.
(function () {
  'use strict';
  var busy = document.getElementById('busy');
  function tell(words) {
    if (!busy) return;
    busy.textContent = words;
    busy.hidden = words === '';
  }
  // What takes a while says so, and a form is sent once.
  document.addEventListener('submit', function (event) {
    var sent = event.target;
    if (sent.method !== 'post' || event.defaultPrevented) return;
    if (sent.getAttribute('data-sent')) {
      event.preventDefault();
      return;
    }
    sent.setAttribute('data-sent', '1');
    setTimeout(function () {
      tell('正在办理，请稍候……');
    }, 300);
  });
  document.addEventListener('click', function (event) {
    var link = event.target.closest ? event.target.closest('a[download]') : null;
    if (!link) return;
    tell('正在生成文件，好了会自动下载……');
    setTimeout(function () {
      tell('');
    }, 6000);
  });
  // Coming back by the browser's button, everything can be sent again.
  window.addEventListener('pageshow', function () {
    tell('');
    Array.prototype.forEach.call(document.querySelectorAll('form[data-sent]'), function (sent) {
      sent.removeAttribute('data-sent');
    });
  });
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
    var place = document.getElementById('rows');
    if (place) place.setAttribute('aria-busy', 'true');
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
