// renderReply: a Reply and its template become Markdown; user text is escaped wherever it is put in.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Liquid, type Template } from 'liquidjs';
import { AppError } from '../errors';
import { type Button, type OutgoingMessage } from '../messages';
import { projectFile } from '../project-files';
import { lightSigns, type Light } from './light';
import { escapeMarkdown } from './markdown';
import { type Reply, type TemplateName } from './reply';

const engine = new Liquid({
  strictVariables: true,
  // A field that a later version has added is missing in what an earlier one left in the outbox.
  lenientIf: true,
  strictFilters: true,
  ownPropertyOnly: true,
  outputEscape: (value: unknown) => escapeMarkdown(typeof value === 'string' ? value : String(value)),
  memoryLimit: 10_000_000,
  renderLimit: 1000,
});
engine.registerFilter('sign', (light: Light) => lightSigns[light]);

const titleMark = /^title:(.*)$/mu;
const buttonMark = /^button:\s*(.*?)\s*=\s*(.*?)\s*$/gmu;

function loadTemplates(): Map<string, Template[]> {
  const folder = projectFile('templates', 'replies');
  const templates = new Map<string, Template[]>();
  for (const file of readdirSync(folder)) {
    if (!file.endsWith('.md')) continue;
    const name = file.slice(0, -'.md'.length);
    try {
      templates.set(name, engine.parse(readFileSync(join(folder, file), 'utf8')));
    } catch (cause) {
      throw new AppError('template_broken', `模板 templates/replies/${file} 有误`, { cause });
    }
  }
  return templates;
}

let loaded: Map<string, Template[]> | null = null;

function templateOf(name: TemplateName): Template[] {
  loaded ??= loadTemplates();
  const template = loaded.get(name);
  if (!template) throw new AppError('template_broken', `缺少模板 templates/replies/${name}.md`);
  return template;
}

/**
 * Says a Reply in Markdown.
 * A template's lines "title: …" and "button: label = what pressing says" are its preview and its buttons, not its text.
 */
export function renderReply(reply: Reply): OutgoingMessage {
  if (reply.template === 'several') {
    const parts = reply.parts.map(renderReply);
    return {
      title: parts[0]?.title ?? '督办助手',
      markdown: parts.map(part => part.markdown).join('\n\n---\n\n'),
      buttons: parts.flatMap(part => part.buttons).slice(0, 5),
    };
  }
  if (reply.template === 'of_list') {
    const part = renderReply(reply.part);
    return { ...part, markdown: `清单 ${escapeMarkdown(reply.list)}\n\n${part.markdown}` };
  }
  return reply.template === 'card_changed' ? renderChanged(reply) : renderTemplate(reply);
}

/** A card and, below it, what has been done since; a button that is of no more use loses its label, not its place. */
function renderChanged(reply: Extract<Reply, { template: 'card_changed' }>): OutgoingMessage {
  const { card, keeps } = reply;
  const whole = renderReply(card);
  const withoutReporting = card.template === 'morning_card' ? { ...card, only: null } : card;
  const kept = keeps === 'none' ? [] : renderReply(keeps === 'all' ? card : withoutReporting).buttons;
  const says = new Set(kept.map(({ say }) => say));
  return {
    ...whole,
    markdown: `${whole.markdown}\n\n${renderTemplate(reply).markdown}`,
    buttons: whole.buttons.map(({ label, say }) => ({ label: says.has(say) ? label : '', say })),
  };
}

function renderTemplate(reply: Exclude<Reply, { template: 'several' | 'of_list' }>): OutgoingMessage {
  const text = String(engine.renderSync(templateOf(reply.template), { ...reply }));
  const buttons: Button[] = [...text.matchAll(buttonMark)].map(([, label = '', say = '']) => ({ label, say }));
  return {
    title: titleMark.exec(text)?.[1]?.trim() ?? '督办助手',
    markdown: text
      .replace(titleMark, '')
      .replace(buttonMark, '')
      .replace(/\n{3,}/gu, '\n\n')
      .trim(),
    buttons,
  };
}
