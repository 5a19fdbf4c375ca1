// Opens a zip (.docx, .xlsx) in memory: sizes are bounded before anything is unpacked, nothing is ever written to disk.
import { crc32, inflateRawSync } from 'node:zlib';
import { type Refuse } from './unreadable-file';

const mostEntries = 5000;
const largestPart = 96 * 1024 * 1024;
const largestTotal = 160 * 1024 * 1024;

const damaged = '文件不完整或已损坏，请用原来的软件重新保存，或请对方重发';

interface Entry {
  name: string;
  encrypted: boolean;
  method: number;
  crc: number;
  packed: number;
  unpacked: number;
  headerAt: number;
}

/**
 * A zip held in memory. Only the parts asked for are unpacked, each at most 96 MB, all together at most 160 MB;
 * a part that turns out larger than it says, or whose checksum is wrong, is refused.
 */
export class ZipParts {
  private readonly entries = new Map<string, Entry>();
  private unpacked = 0;

  /** Reads the directory of the zip only. */
  constructor(
    private readonly bytes: Buffer,
    private readonly refuse: Refuse,
  ) {
    for (const entry of readDirectory(bytes, refuse)) {
      if (/^[/\\]|^[a-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|\0/iu.test(entry.name))
        refuse('文件内部含有不安全的路径，不像正常的 Office 文档，请用原来的软件重新保存');
      const name = entry.name.replaceAll('\\', '/');
      if (this.entries.has(name)) refuse(damaged);
      this.entries.set(name, entry);
    }
  }

  names(): string[] {
    return [...this.entries.keys()];
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** The bytes of a part, or null when there is none of that name. */
  part(name: string): Buffer | null {
    const entry = this.entries.get(name);
    if (!entry) return null;
    if (entry.encrypted) return this.refuse('文件有密码，请先取消密码再导入');
    this.unpacked += entry.unpacked;
    if (entry.unpacked > largestPart || this.unpacked > largestTotal)
      return this.refuse(
        `解压后有 ${megabytes(Math.max(entry.unpacked, this.unpacked))} MB，超过 ${megabytes(entry.unpacked > largestPart ? largestPart : largestTotal)} MB 的上限，不像一份清单，请只保留清单部分再试`,
      );
    return this.unpack(entry);
  }

  private unpack(entry: Entry): Buffer {
    const { bytes, refuse } = this;
    const at = entry.headerAt;
    if (at + 30 > bytes.length || bytes.readUInt32LE(at) !== 0x04034b50) return refuse(damaged);
    const from = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    const packed = bytes.subarray(from, from + entry.packed);
    if (packed.length !== entry.packed) return refuse(damaged);
    let content: Buffer;
    try {
      content = entry.method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(entry.unpacked, 1) });
    } catch (cause) {
      return refuse(damaged, cause);
    }
    if (content.length !== entry.unpacked || crc32(content) !== entry.crc) return refuse(damaged);
    return content;
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(bytes < 10_000_000 ? 1 : 0);
}

/** The central directory, found from the end; nothing in it is believed before it is checked. */
function readDirectory(bytes: Buffer, refuse: Refuse): Entry[] {
  const end = findEnd(bytes);
  if (end < 0) return refuse(damaged);
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  if (count === 0xffff || at === 0xffffffff || count > mostEntries)
    return refuse('文件内部的部件太多，不像一份清单，请只保留清单部分再试');
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) return refuse(damaged);
    const nameLength = bytes.readUInt16LE(at + 28);
    const method = bytes.readUInt16LE(at + 10);
    if (method !== 0 && method !== 8) return refuse('文件使用了少见的压缩方式，请用原来的软件重新保存');
    entries.push({
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      encrypted: (bytes.readUInt16LE(at + 8) & 1) === 1,
      method,
      crc: bytes.readUInt32LE(at + 16),
      packed: bytes.readUInt32LE(at + 20),
      unpacked: bytes.readUInt32LE(at + 24),
      headerAt: bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

/** The end record stands in the last 64 kB, behind it only a comment. */
function findEnd(bytes: Buffer): number {
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 22 - 0xffff); at--)
    if (bytes.readUInt32LE(at) === 0x06054b50) return at;
  return -1;
}
