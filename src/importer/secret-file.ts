// A list file that bears a 密级 mark: refused, and nothing of it kept.
import { AppError } from '../errors';

export class SecretFile extends AppError {
  constructor(readonly mark: string) {
    super('bad_input', `文件带有${mark}，涉密和内部文件不得导入，未保存任何内容`, { expose: true });
  }
}
