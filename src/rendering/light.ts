// 亮灯 as people see it.

export type Light = 'red' | 'yellow' | 'green' | 'white';

export const lightSigns: Record<Light, string> = { red: '🔴', yellow: '🟡', green: '🟢', white: '⚪' };
