// 密级 marks: what carries one is refused before it is stored; ordinary words are not.
import { findSecrecyMark } from '../src/secrecy';

describe('findSecrecyMark', () => {
  test.each([
    '机密★1年 关于某事项的通知', '绝密★', '秘密★3年', '秘 密 ★ 五年', '【机密】第38项进展', '（秘密）会议纪要', '密级：秘密',
    '这是机密文件，请勿外传', '这份机密材料发群里', '绝密资料', '内部文件，注意保存', '内部资料 严禁外传', '[内部文件]', '机​密文件',
    '第38项进展\n秘密\n请阅', '详见秘密⭐5年文件', '秘密*长期', '详见绝 密 件', '1完成83%，机 密',
    '密级：内部', '【内部】名单', '内部文件-名单.xlsx',
  ])('finds a mark in %j', text => {
    expect(findSecrecyMark(text)).not.toBeNull();
  }); // prettier-ignore

  test.each([
    '38完成80%，商业秘密保护指引已印发', '为企业保守商业机密', '客户机密信息不外泄', '加强保密教育', '内部流程已优化', '保密工作责任书已签',
    '数据机密性评估完成', '我局本周任务', '内部会议已召开', '在内部文件柜里', '单位内部文件流转已优化', '（内部）培训已完成',
  ])('lets %j pass', text => {
    expect(findSecrecyMark(text)).toBeNull();
  }); // prettier-ignore
});

test('a mark is found over blanks, and blanks without end hold nothing up', () => {
  expect(findSecrecyMark('密级 ： 秘密')).toBe('密级');
  expect(findSecrecyMark('密 级  内部')).toBe('密级');
  expect(findSecrecyMark(`密级${' '.repeat(500_000)}一般`)).toBeNull();
});
