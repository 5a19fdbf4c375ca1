// Replies as they are rendered: also those that an earlier version left in the outbox.
import { renderReply } from '../../src/rendering/render';

test('a notice that an earlier version stored, without a field of today, is rendered', () => {
  const stored = {
    template: 'office_notice', kind: 'extension', unit: '区税务局', person: '张三', list: '营商', no: 71, short: '容缺快办',
    text: '系统未上线', until: '2023-09-30', others: [],
  } as const; // prettier-ignore
  expect(JSON.stringify(renderReply({ ...stored, others: [] }))).toContain('申请延期到 2023-09-30**');
});
