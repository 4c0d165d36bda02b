import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** The name of this gateway towards the control plane: made once, kept on its disk. */
export function readReplicaId(dataDirectory: string): string {
  const file = path.join(dataDirectory, 'replica-id');
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    const id = `gateway-${randomBytes(6).toString('hex')}`;
    fs.mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
    fs.writeFileSync(file, `${id}\n`, { mode: 0o600 });
    return id;
  }
}
