// The platform's contacts, asked once in a while: names and departments only.
import { type Contact } from './turn';

const keptMs = 10 * 60_000;
const mostKept = 1000;

/** What the platform can tell of people; both may fail or say nothing. */
export interface ContactBook {
  getUser(staffId: string): Promise<{ name: string; departmentIds: number[] } | null>;
  getDepartmentName(departmentId: number): Promise<string | null>;
}

/** Makes the look-up of a person's name and departments; an answer is kept for ten minutes. */
export function createContactLookUp(book: ContactBook): (staffId: string) => Promise<Contact | null> {
  const kept = new Map<string, { contact: Contact | null; until: number }>();
  return async staffId => {
    const known = kept.get(staffId);
    if (known && known.until > performance.now()) return known.contact;
    const user = await book.getUser(staffId);
    const names = user ? await Promise.all(user.departmentIds.map(id => book.getDepartmentName(id))) : [];
    const contact = user && { name: user.name, departments: names.filter(name => name !== null) };
    if (kept.size >= mostKept) kept.clear();
    kept.set(staffId, { contact, until: performance.now() + keptMs });
    return contact;
  };
}
