// The shape of a payload: which fields it has, of which type, and which of the platform's own kinds it names.

/** Fields whose value says how the rest is to be read. */
const kinds = new Set(['msgtype', 'msgType', 'elementType', 'conversationType', 'type']);

/**
 * Every field as `path:type`, elements of arrays as `[]`, and for fields that name a kind `path=value`.
 * @example shapeOf({ msgtype: 'text', atUsers: [{ staffId: 'a' }] }) // ['msgtype=text', 'atUsers[].staffId:string']
 */
export function shapeOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap(element => shapeOf(element, `${path}[]`)))];
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => {
      const at = path === '' ? key : `${path}.${key}`;
      return kinds.has(key) && typeof inner === 'string' ? [`${at}=${inner}`] : shapeOf(inner, at);
    });
  return [`${path}:${value === null ? 'null' : typeof value}`];
}
