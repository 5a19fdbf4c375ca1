// Reads the XML of an Office document piece by piece; no document type, no entities, no depth without end.
import { SaxesParser } from 'saxes';
import { type Refuse } from './unreadable-file';

/** An element, by its name without prefix. */
export interface XmlNode {
  name: string;
  /** By name without prefix. */
  attributes: Record<string, string>;
  children: (XmlNode | string)[];
}

export interface XmlVisitor {
  /** An element begins that has `name` and stands in no other piece. */
  opened?: (name: string) => void;
  /** A piece is complete; it is not kept. `within` = the names of the elements around it, outermost first. */
  piece: (node: XmlNode, within: readonly string[]) => void;
  /** An element that is no piece has ended. */
  closed?: (name: string) => void;
}

const deepest = 256;
/** A row of 200 columns of formatted text has some ten thousand; a list of 20,000 rows some millions. */
const mostInPiece = 200_000;
const mostElements = 12_000_000;
const chunkBytes = 256 * 1024;

/**
 * Reads a part and hands over each element that `isPiece` names as a small tree, outermost pieces only, so that a document of any
 * length is never held as a whole. Elements around the pieces are only told of.
 */
export function readXml(bytes: Buffer, isPiece: (name: string) => boolean, visitor: XmlVisitor, refuse: Refuse): void {
  const parser = new SaxesParser({ xmlns: false, position: false });
  const around: string[] = [];
  const inside: XmlNode[] = [];
  let failure: unknown = null;
  let [elementCount, inPiece] = [0, 0];
  parser.on('error', error => {
    throw error;
  });
  parser.on('doctype', () => refuse('文件内部含有文档类型声明（DTD），不像正常的 Office 文档，请用原来的软件重新保存'));
  parser.on('opentag', tag => {
    const name = localName(tag.name);
    if (around.length + inside.length >= deepest)
      refuse('文件内部的嵌套层次太深，不像正常的 Office 文档，请用原来的软件重新保存');
    inPiece = inside.length === 0 ? 0 : inPiece + 1;
    if (inPiece > mostInPiece || ++elementCount > mostElements)
      refuse('文件内部的内容太多，不像一份清单，请只保留清单部分再试');
    if (inside.length === 0 && !isPiece(name)) {
      around.push(name);
      visitor.opened?.(name);
      return;
    }
    const attributes: Record<string, string> = {};
    for (const key in tag.attributes) attributes[localName(key)] = tag.attributes[key] ?? '';
    const node: XmlNode = { name, attributes, children: [] };
    inside.at(-1)?.children.push(node);
    inside.push(node);
  });
  parser.on('closetag', () => {
    const node = inside.pop();
    if (!node) visitor.closed?.(around.pop() ?? '');
    else if (inside.length === 0) visitor.piece(node, around);
  });
  const text = (content: string): void => void inside.at(-1)?.children.push(content);
  parser.on('text', text);
  parser.on('cdata', text);
  try {
    const decoder = new TextDecoder(encodingOf(bytes), { fatal: true });
    for (let at = 0; at < bytes.length; at += chunkBytes)
      parser.write(decoder.decode(bytes.subarray(at, at + chunkBytes), { stream: true }));
    parser.write(decoder.decode());
    parser.close();
  } catch (thrown) {
    failure = thrown;
  }
  if (failure === null) return;
  // What was refused on the way is already a sentence.
  if (failure instanceof Error && failure.name === 'AppError') throw failure;
  refuse('文件内部已损坏，请用原来的软件重新保存，或请对方重发', failure);
}

function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
}

/** Prefixes are free to choose; Office's element names do not collide where we look. */
function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

/** The first child element of that name, or null. */
export function child(node: XmlNode | null, name: string): XmlNode | null {
  if (node !== null) for (const one of node.children) if (typeof one !== 'string' && one.name === name) return one;
  return null;
}

/** The child elements, in order. */
export function elements(node: XmlNode): XmlNode[] {
  return node.children.filter(one => typeof one !== 'string');
}

/** `w:val` of the child of that name, or null when there is no such child. */
export function valueOf(node: XmlNode | null, name: string): string | null {
  const found = child(node, name);
  return found === null ? null : (found.attributes.val ?? '');
}

/** An on/off property: absent = off, without a value = on. */
export function isOn(node: XmlNode | null, name: string): boolean {
  const value = valueOf(node, name);
  return value !== null && !/^(?:0|false|off)$/iu.test(value);
}

/** All the text of a node, as it stands. */
export function textOf(node: XmlNode): string {
  return node.children.map(one => (typeof one === 'string' ? one : textOf(one))).join('');
}
