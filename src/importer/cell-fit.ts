// How well a cell's content fits a kind of column: the second opinion beside the heading.
import { parseDeadline } from '../calendar/deadline';
import { splitUnits } from '../directory/unit-cells';
import { looksLikeCollective, looksLikeUnit } from '../directory/unit-cell-words';
import { readItemNumber } from './item-number';
import { type HeaderMeaning } from './header-words';

type Kind = HeaderMeaning['kind'];

function isDeadline(text: string): boolean {
  if (text.length > 80 || /^\d{1,4}$/.test(text)) return false;
  const { vague, invalid } = parseDeadline(text, 2000);
  return !vague || invalid !== null || /^(?:尽快|立即|待定|按时序|按.{0,6}推进)/u.test(text);
}

function isUnits(text: string): boolean {
  if (text.length > 600) return false;
  const { units, collectives, openEnded } = splitUnits(text);
  const named = units.filter(name => looksLikeUnit(name) || looksLikeCollective(name)).length + collectives.length;
  return (named > 0 && named === units.length + collectives.length) || (openEnded && named > 0);
}

/** 1 fits, -1 speaks against it, 0 says nothing (a blank cell, a column of no known kind). */
export function cellFit(text: string, kind: Kind): number {
  if (text === '' || kind === 'other') return 0;
  const numbered = text.length <= 12 && readItemNumber(text) !== null;
  if (kind === 'number') return numbered ? 1 : -1;
  if (numbered) return -1;
  if (kind === 'deadline') return isDeadline(text) ? 1 : -1;
  if (kind === 'text') return isDeadline(text) ? -0.5 : isUnits(text) ? -0.4 : 0.5;
  return isUnits(text) ? 1 : -1;
}

/** The mean fit of a column's filled cells; 0 when all are blank. */
export function columnFit(texts: string[], kind: Kind): number {
  const filled = texts.filter(text => text !== '');
  return filled.length === 0 ? 0 : filled.reduce((sum, text) => sum + cellFit(text, kind), 0) / filled.length;
}
