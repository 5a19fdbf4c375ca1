// Draws tables as charts beside them: <figure data-chart="line|bar"> holds a canvas and the table with its numbers.
(function () {
  'use strict';
  var Chart = window.Chart;
  if (!Chart || !document.querySelectorAll) return;
  var longestName = 10;
  var colours = { red: '#d92d20', yellow: '#f5b800', green: '#1f9d55', blue: '#0b5cad', grey: '#8a97a5' };
  Chart.defaults.font.family = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
  Chart.defaults.font.size = 13;
  Chart.defaults.color = '#37444f';
  Chart.defaults.animation = false;

  function words(cell) {
    return cell.textContent.replace(/\s+/g, ' ').trim();
  }

  function read(table) {
    var heads = Array.prototype.slice.call(table.querySelectorAll('thead th'), 1);
    var rows = Array.prototype.slice.call(table.querySelectorAll('tbody tr'));
    return {
      labels: rows.map(function (row) {
        return words(row.cells[0]);
      }),
      sets: heads
        .map(function (head, i) {
          return {
            label: words(head),
            colour: colours[head.getAttribute('data-colour')],
            links: rows.map(function (row) {
              var link = row.cells[i + 1] && row.cells[i + 1].querySelector('a');
              return link ? link.href : null;
            }),
            data: rows.map(function (row) {
              var figure = row.cells[i + 1] ? parseFloat(words(row.cells[i + 1])) : NaN;
              return isNaN(figure) ? null : figure;
            }),
          };
        })
        .filter(function (set) {
          return set.colour;
        }),
    };
  }

  /** On a phone a long name would be cut at its beginning: it is shortened at its end; the table has it in full. */
  function shortName(name, wide) {
    return wide || name.length <= longestName ? name : name.slice(0, longestName - 1) + '…';
  }

  function draw(figure) {
    var kind = figure.getAttribute('data-chart');
    var stacked = !figure.getAttribute('data-apart');
    var facts = read(figure.querySelector('table'));
    var canvas = figure.querySelector('canvas');
    if (kind === 'bars') canvas.parentNode.style.height = Math.max(140, 60 + facts.labels.length * (stacked ? 30 : 44)) + 'px';
    new Chart(canvas, {
      type: kind === 'line' ? 'line' : 'bar',
      data: {
        labels: facts.labels,
        datasets: facts.sets.map(function (set) {
          return {
            label: set.label,
            data: set.data,
            borderColor: set.colour,
            backgroundColor: set.colour,
            borderWidth: kind === 'line' ? 2 : 0,
            pointRadius: facts.labels.length > 15 ? 2 : 4,
            maxBarThickness: 18,
            tension: 0,
          };
        }),
      },
      options: {
        maintainAspectRatio: false,
        indexAxis: kind === 'bars' ? 'y' : 'x',
        interaction: { mode: kind === 'bars' ? 'nearest' : 'index', axis: kind === 'bars' ? 'y' : 'x', intersect: false },
        plugins: { legend: { position: 'top', align: 'start', labels: { boxWidth: 14 } } },
        scales:
          kind === 'bars'
            ? {
                x: { beginAtZero: true, stacked: stacked, ticks: { precision: 0 } },
                y: {
                  stacked: stacked,
                  ticks: {
                    autoSkip: false,
                    callback: function (value) {
                      return shortName(this.getLabelForValue(value), canvas.parentNode.clientWidth > 480);
                    },
                  },
                },
              }
            : { y: { beginAtZero: true, ticks: { precision: 0 } }, x: { grid: { display: false } } },
        // A number opens its rows in the chart as it does in the table.
        onClick: function (event, hits) {
          var at = event.chart.getElementsAtEventForMode(event.native, 'nearest', { intersect: true }, false)[0] || hits[0];
          var link = at && facts.sets[at.datasetIndex].links[at.index];
          if (link) location.assign(link);
        },
      },
    });
    figure.className += ' drawn';
  }

  Array.prototype.forEach.call(document.querySelectorAll('figure[data-chart]'), draw);
})();
