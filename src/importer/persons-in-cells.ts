// Columns headed 责任单位及责任人: the persons, their titles and telephones are taken out of the unit cells; nothing personal is stored.
import { looksLikeCollective, looksLikeUnit } from '../directory/unit-cell-words';

const personHeader = /责任人|负责人|联系人|联络员|经办人|领导|姓名|电话/u;
const telephone = /(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}[-—]?\d{7,8}|\d{7,8})(?!\d)/gu;
const title = /^[\p{Script=Han}·]{0,12}(?:长|主任|书记|主席|秘书|经理|科员|干部|专员|同志)$/u;
const person = /^[\p{Script=Han}]{2,4}$|^[\p{Script=Han}]{1,6}·[\p{Script=Han}]{1,6}$/u;

/** Whether a column names persons beside its units. */
export function namesPersons(header: string): boolean {
  return personHeader.test(header);
}

/**
 * A unit cell without its persons.
 * @param isKnown - tells names of the directory
 */
export function withoutPersons(cell: string, isKnown: (name: string) => boolean): string {
  const isPerson = (text: string): boolean =>
    !isKnown(text) && !looksLikeUnit(text) && !looksLikeCollective(text) && (person.test(text) || title.test(text));
  const pieces = cell.replace(telephone, ' ').split(/([、,，;；:：()（）/\s]+)/u);
  return pieces
    .map((piece, i) => (i % 2 === 0 && isPerson(piece) ? '' : piece))
    .join('')
    .replace(/[(（][\s、,，;；]*[)）]/gu, '')
    .replace(/[:：](?=[\s、,，;；]|$)/gu, '');
}
