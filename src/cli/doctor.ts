// duban doctor: what is wrong, and what to do.
import { type Command } from 'commander';
import { examine } from '../maintenance';
import { exitCodes, printJson, tell } from './exit-codes';

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('逐项检查设置、钉钉、数据库、时钟和节假日，说出问题和办法；不发消息，不改数据')
    .option('--json', '按 JSON 写到标准输出')
    .action(async (options: { json?: boolean }) => {
      const findings = await examine(process.env);
      if (options.json) printJson(findings);
      else for (const { what, ok, note } of findings) tell(`${ok ? '✓' : '✗'} ${what}：${note}`);
      if (findings.some(finding => finding.what === '设置' && !finding.ok)) process.exitCode = exitCodes.badSettings;
      else if (findings.some(finding => !finding.ok)) process.exitCode = exitCodes.fault;
    });
}
