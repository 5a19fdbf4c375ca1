// The template that operators import: it has the variables and the buttons the channel speaks of, and no others.
import { readFileSync } from 'node:fs';
import { cardButtons, cardParams, cardTexts, decodeCardCallback } from '../../src/channels/dingtalk/card';
import { projectFile } from '../../src/project-files';

interface Node {
  componentName: string;
  id: string;
  props: Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any
  children?: Node[];
}

const file = JSON.parse(readFileSync(projectFile('templates', 'cards', 'duban-card.json'), 'utf8')) as Record<
  string,
  string
>;
const editor = JSON.parse(file.editorData ?? '') as {
  schema: { componentsMap: { componentName: string }[]; componentsTree: Node[] };
  variableList: { name: string; private: boolean }[];
  mockData: { cardData: Record<string, string> };
};
const nodes = editor.schema.componentsTree.flatMap(root => [root, ...(root.children ?? [])]);
const ofKind = (name: string) => nodes.filter(node => node.componentName === name);
const params = cardParams({ title: 't', markdown: 'x', buttons: [] }, 'r') ?? {};

it('is a card for chats, with nothing but known components', () => {
  expect(file).toMatchObject({ type: 'im', mode: 'card' });
  const known = editor.schema.componentsMap.map(({ componentName }) => componentName);
  expect([...new Set(nodes.map(({ componentName }) => componentName))].sort()).toEqual([...known].sort());
  expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
});

it('declares exactly the variables that are filled; only the note is one person’s own', () => {
  const names = (own: boolean) => editor.variableList.filter(one => one.private === own).map(({ name }) => name);
  expect(names(false).sort()).toEqual(Object.keys(params).sort());
  expect(names(true)).toEqual(['note']);
  expect(Object.keys(editor.mockData.cardData).sort()).toEqual(Object.keys(params).sort());
});

it('shows every piece of text, in order, where there is one', () => {
  const shown = ofKind('Markdown').map(({ props }) => props.content.variable as string);
  expect(shown).toEqual([...Array.from({ length: cardTexts }, (_, i) => `text${i + 1}`), 'note']);
  for (const { props } of ofKind('Markdown'))
    expect(props.visible.condition.conditions).toMatchObject([{ op: 'isNotEmpty', variable: props.content.variable }]);
});

it('has buttons that call back as the channel reads it, and are hidden without a label', () => {
  const buttons = ofKind('SingleButton');
  expect(buttons).toHaveLength(cardButtons);
  buttons.forEach(({ props }, i) => {
    const name = `button${i + 1}`;
    expect(props).toMatchObject({ actionType: 'request', isDtmd: false, text: { content: `\${${name}}` } });
    expect(props.visible.condition.conditions).toMatchObject([{ op: 'isNotEmpty', variable: name }]);
    const given = Object.fromEntries(
      (props.params as { name: string; value: string }[]).map(one => [one.name, one.value]),
    );
    const content = JSON.stringify({ cardPrivateData: { actionIds: [props.actionId.content], params: given } });
    const press = decodeCardCallback({ outTrackId: 'k', userId: 'u', content }, { robotCode: 'r', at: new Date(0) });
    expect(press).toMatchObject({ button: i });
  });
});
