// Reading ends: a message that some expression would try for ever is asked about, and the next one is read as ever.
import { understandInTime } from '../../src/understanding/understand-in-time';
import { situationOf } from './situation';

const long = `第38项完成80%，${'已与各镇街、各园区逐户对接并建立台账，'.repeat(4)}其余按计划推进`;

test('what does not come to an end is asked about', () => {
  const endless = {
    ...situationOf(),
    taskExists: () => {
      for (;;);
    },
  };
  expect(understandInTime(long, endless)).toEqual({ frame: { intent: 'clarify', about: 'unsure' }, also: [] });
});

test('everything else is read as without the guard, faults come through', () => {
  const { frame } = understandInTime(long, situationOf());
  expect(frame).toMatchObject({ intent: 'progress_update', tasks: [{ no: 38, percent: 80 }] });
  const broken = {
    ...situationOf(),
    taskExists: () => {
      throw new Error('broken');
    },
  };
  expect(() => understandInTime(long, broken)).toThrow('broken');
});
