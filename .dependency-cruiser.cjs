// The floors of the house (docs/architecture.md): imports run downward, rooms on one floor do not know each other.
const floors = [
  [
    'calendar',
    'database',
    'config',
    'clock',
    'errors',
    'logger',
    'messages',
    'address',
    'secrecy',
    'project-files',
    'ids',
  ],
  ['directory', 'rendering', 'channels', 'simulator'],
  ['understanding', 'tasks', 'outbox'],
  ['conversation', 'reminders', 'importer', 'reports'],
  ['jobs', 'web'],
  ['app', 'trial', 'maintenance'],
  ['cli'],
];
const at = rooms => `^src/(${rooms.join('|')})(/|[.]ts$)`;

const rules = [];
floors.forEach((rooms, i) => {
  const above = floors.slice(i + 1).flat();
  if (above.length > 0)
    rules.push({
      name: `floor-${i + 1}-looks-up`,
      severity: 'error',
      from: { path: at(rooms) },
      to: { path: at(above) },
    });
  // The ground floor's single files may use each other; from the second floor up, neighbours stay apart.
  if (i > 0)
    for (const room of rooms) {
      const neighbours = rooms.filter(other => other !== room);
      if (neighbours.length > 0 && i < 5)
        rules.push({
          name: `${room}-knows-its-neighbour`,
          severity: 'error',
          from: { path: at([room]) },
          to: { path: at(neighbours) },
        });
    }
});

module.exports = {
  forbidden: [
    ...rules,
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-drawers',
      severity: 'error',
      from: {},
      to: { pathNot: 'node_modules', path: '(^|/)(util|utils|helper|helpers|common|misc|shared|types|index)[.]ts$' },
    },
    { name: 'every-room-has-a-floor', severity: 'error', from: {}, to: { path: '^src/', pathNot: at(floors.flat()) } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^src/', pathNot: '^src/cli[.]ts$' }, to: {} },
    { name: 'migrations-stand-alone', severity: 'error', from: { path: '^migrations/' }, to: { path: '^src/' } },
    {
      name: 'no-tests-from-src',
      severity: 'error',
      from: { path: '^(src|migrations|seeds)/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
};
