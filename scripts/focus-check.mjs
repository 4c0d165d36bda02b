// `npm run focus:check -- FILE [--version 1.4] [--part]`: checks an export of cost against the rules of FOCUS.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { status } = spawnSync(
  process.execPath,
  [
    '--require',
    createRequire(import.meta.url).resolve(
      '@backstage/cli/config/nodeTransform.cjs',
    ),
    resolve(root, 'plugins/ai-mesh-backend/dev/focusCheck.ts'),
    ...process.argv.slice(2),
  ],
  // paths are the caller's, not the workspace's
  { stdio: 'inherit', cwd: process.env.INIT_CWD ?? process.cwd() },
);
process.exit(status ?? 1);
