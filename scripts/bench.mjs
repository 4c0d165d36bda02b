// `npm run bench -- <name> [--json FILE]`: runs test/src/bench/<name>/bench.ts.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const folder = resolve(root, 'test/src/bench');
const [name, ...rest] = process.argv.slice(2);
const known = readdirSync(folder).filter(each =>
  existsSync(resolve(folder, each, 'bench.ts')),
);

if (!name || !known.includes(name)) {
  console.error(
    `Usage: npm run bench -- <name> [--json FILE]\nBenchmarks: ${known.join(
      ', ',
    )}`,
  );
  process.exit(1);
}
const { status } = spawnSync(
  'node',
  [
    '--require',
    '@backstage/cli/config/nodeTransform.cjs',
    resolve(folder, name, 'bench.ts'),
    ...rest,
  ],
  {
    stdio: 'inherit',
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
  },
);
process.exit(status ?? 1);
