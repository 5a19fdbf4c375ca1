// The staff sheet (姓名, 钉钉UserId, 单位, 职务, 角色) → posts; every fault is named with its row, then nothing is taken.
// The id of somebody on another platform bears its name: wecom:zhangsan.
import { writtenAddress } from '../address';
import { type Role } from '../database/entities/unit';
import { type StaffPost } from '../directory/people';
import { type DirectoryView } from '../directory/unit-directory';
import { AppError } from '../errors';
import { readSheetRows } from './read-sheet-rows';

const columns = {
  name: ['姓名'],
  userId: ['钉钉userid', 'userid', '钉钉id', '员工userid'],
  unit: ['单位', '所在单位', '单位名称'],
  title: ['职务', '职位'],
  role: ['角色'],
} as const;

const roles: Record<string, Role> = {
  联络员: 'liaison',
  负责人: 'leader',
  单位负责人: 'leader',
  督办专员: 'office',
  管理员: 'admin',
  系统管理员: 'admin',
  工作人员: 'staff',
};

const maxNameLength = 60;

/**
 * Reads the sheet; other columns (手机号 …) are ignored and go nowhere.
 * @throws AppError bad_input (exposed) naming every row at fault; then nothing may be taken over
 */
export function readStaffSheet(bytes: Buffer, fileName: string, directory: DirectoryView): StaffPost[] {
  const [header, ...rows] = readSheetRows(bytes, fileName);
  if (!header) throw new AppError('bad_input', `${fileName} 是空的。`, { expose: true });
  const at = (names: readonly string[]): number =>
    header.cells.findIndex(cell => names.includes(cell.toLowerCase().replace(/\s+/g, '')));
  const place = {
    name: at(columns.name),
    userId: at(columns.userId),
    unit: at(columns.unit),
    title: at(columns.title),
    role: at(columns.role),
  };
  const missing = [
    [place.name, '姓名'],
    [place.userId, '钉钉UserId'],
    [place.unit, '单位'],
    [place.role, '角色'],
  ].filter(([column]) => column === -1);
  if (missing.length > 0)
    throw new AppError(
      'bad_input',
      `${fileName} 第${header.row}行缺少列：${missing.map(([, name]) => name).join('、')}。`,
      {
        expose: true,
      },
    );
  const problems: string[] = [];
  const staff: StaffPost[] = [];
  const nameOf = new Map<string, string>();
  const seen = new Set<string>();
  for (const { row, cells } of rows) {
    const read = (column: number): string => (column === -1 ? '' : (cells[column] ?? ''));
    const name = read(place.name);
    const userId = read(place.userId);
    const role = roles[read(place.role)];
    const say = (problem: string): void => void problems.push(`第${row}行：${problem}`);
    if (name === '' || Array.from(name).length > maxNameLength) say('姓名为空或过长');
    if (!writtenAddress.test(userId)) say(`钉钉UserId“${userId}”为空或含有不允许的字符`);
    if (!role) say(`角色“${read(place.role)}”须为 联络员、负责人、督办专员、管理员、工作人员 之一`);
    const known = nameOf.get(userId);
    if (known !== undefined && known !== name) say(`钉钉UserId ${userId} 已用于“${known}”，不能再用于“${name}”`);
    nameOf.set(userId, known ?? name);
    const unitText = read(place.unit);
    const resolved = unitText === '' ? null : directory.names.resolve(unitText);
    // A name that only sounds like a unit's is a slip of the file: asked about, not taken.
    const exact = resolved?.kind === 'unit' && resolved.how !== 'sound' ? resolved.name : null;
    const unitId = exact === null ? null : (directory.unitIdByName.get(exact) ?? null);
    const likely = resolved?.kind === 'ask' ? resolved.candidates : resolved?.kind === 'unit' ? [resolved.name] : [];
    if (unitText === '' && role !== 'admin') say('单位为空');
    else if (unitText !== '' && unitId === null)
      say(`单位“${unitText}”不在单位名录中${likely.length > 0 ? `（是否为 ${likely.join('、')}？）` : ''}`);
    const key = `${userId}/${unitId ?? ''}/${role ?? ''}`;
    if (seen.has(key)) say(`${name} 在“${unitText}”的同一岗位重复`);
    seen.add(key);
    if (role) staff.push({ name, userId, unitId, title: read(place.title).slice(0, 60) || null, role });
  }
  if (staff.length === 0 && problems.length === 0) problems.push('没有人员');
  if (problems.length > 0)
    throw new AppError(
      'bad_input',
      `${fileName} 有 ${problems.length} 处问题，没有导入任何人员：\n${problems.join('\n')}`,
      {
        expose: true,
      },
    );
  return staff;
}
