import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../../harness/freePort';
import { NodeProcess } from '../../../harness/NodeProcess';
import { Subject, subjectOf } from '../Subject';

const VERSION = '1.15.2';
/** With later ones every streaming call of that version fails (`TypeError: immutable`). */
const OVERRIDES = { '@hono/node-server': '1.13.5', hono: '4.9.7' };
const INSTALL_TIMEOUT_MS = 180_000;

/**
 * Row `portkey`: the open-source gateway of Portkey, another gateway in Node, in one process as ours.
 *
 * @returns the reason when it cannot be had here
 */
export async function startPortkey(
  upstreamUrl: string,
): Promise<Subject | string> {
  let directory: string;
  try {
    directory = await install();
  } catch (error) {
    return `npm could not install it: ${firstLine(error)}`;
  }
  const port = await freePort();
  const child = await NodeProcess.start({
    script: resolve(__dirname, 'portkeyProcess.ts'),
    arguments: [`--port=${port}`, '--headless'],
    env: {
      NODE_ENV: 'production',
      PORTKEY_PORT: String(port),
      PORTKEY_SCRIPT: join(
        directory,
        'node_modules/@portkey-ai/gateway/build/start-server.js',
      ),
    },
  });
  return {
    ...subjectOf(child),
    name: 'portkey',
    url: `http://127.0.0.1:${port}/v1/chat/completions`,
    headers: {
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `${upstreamUrl}/v1`,
      authorization: 'Bearer upstream-secret',
    },
    stop: () => child.stop(),
  };
}

/** Into a folder of its own, outside of this repository. Once: the folder is used again. */
async function install(): Promise<string> {
  const directory = join(tmpdir(), `ai-mesh-bench-portkey-${VERSION}`);
  if (existsSync(directory)) return directory;
  const fresh = `${directory}.${process.pid}`; // complete or not there: it gets its name at the end
  await mkdir(fresh, { recursive: true });
  try {
    const dependencies = { '@portkey-ai/gateway': VERSION };
    await writeFile(
      join(fresh, 'package.json'),
      JSON.stringify({ private: true, dependencies, overrides: OVERRIDES }),
    );
    process.stderr.write(`Installing @portkey-ai/gateway ${VERSION} …\n`);
    await promisify(execFile)(
      'npm',
      ['install', '--no-audit', '--no-fund', '--ignore-scripts'],
      { cwd: fresh, timeout: INSTALL_TIMEOUT_MS },
    );
    await rename(fresh, directory);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw error;
  }
  return directory;
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0];
}
