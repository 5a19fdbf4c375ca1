// The platform's contacts, asked once in a while: names and departments only.
import { type ContactBook } from '../messages';
import { type Contact } from './turn';

const keptMs = 10 * 60_000;
const mostKept = 1000;

export interface ContactLookUp {
  (staffId: string): Promise<Contact | null>;
  /** What was kept of these people is out of date; null = of everybody. */
  forget(staffIds: string[] | null): void;
}

/** Makes the look-up of a person's name and departments; an answer is kept for ten minutes, or until it is known to be out of date. */
export function createContactLookUp(book: ContactBook): ContactLookUp {
  const kept = new Map<string, { contact: Contact | null; until: number }>();
  let forgotten = 0;
  const lookUp = async (staffId: string): Promise<Contact | null> => {
    const known = kept.get(staffId);
    if (known && known.until > performance.now()) return known.contact;
    const asked = forgotten;
    const user = await book.getUser(staffId);
    const names = user ? await Promise.all(user.departmentIds.map(id => book.getDepartmentName(id))) : [];
    const contact = user && { name: user.name, departments: names.filter(name => name !== null) };
    if (kept.size >= mostKept) kept.clear();
    // What changed while it was asked for may be out of date already.
    if (asked === forgotten) kept.set(staffId, { contact, until: performance.now() + keptMs });
    return contact;
  };
  const forget = (staffIds: string[] | null): void => {
    forgotten++;
    if (staffIds === null) kept.clear();
    else for (const staffId of staffIds) kept.delete(staffId);
  };
  return Object.assign(lookUp, { forget });
}
