import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../harness/freePort';
import { Subject } from '../Subject';
import { untilListening } from './untilListening';

/** Linux counts the CPU time of a process in hundredths of a second. */
const MICROS_PER_TICK = 10_000;

/**
 * Row `nginx`: what a proxy in C does, with one worker.
 *
 * @returns the reason when it cannot be had here
 */
export async function startNginx(
  upstreamUrl: string,
): Promise<Subject | string> {
  if (process.platform !== 'linux') return 'its CPU time is read as on Linux';
  if (spawnSync('nginx', ['-v']).status !== 0) return 'it is not installed';
  const directory = await mkdtemp(join(tmpdir(), 'ai-mesh-nginx-'));
  const port = await freePort();
  const configFile = join(directory, 'nginx.conf');
  await writeFile(configFile, configOf({ directory, port, upstreamUrl }));
  const master = spawn('nginx', ['-p', directory, '-c', configFile], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stop = async () => {
    if (master.exitCode === null && master.signalCode === null) {
      const exited = once(master, 'exit');
      master.kill('SIGTERM');
      await exited;
    }
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await untilListening(port);
  } catch (error) {
    await stop();
    throw error;
  }
  const pids = childrenOf(master.pid ?? 0);
  return {
    name: 'nginx',
    url: `http://127.0.0.1:${port}/v1/chat/completions`,
    headers: {},
    pids,
    cpuMicros: async () => pids.reduce((sum, pid) => sum + cpuOf(pid), 0),
    stop,
  };
}

function configOf(options: {
  directory: string;
  port: number;
  upstreamUrl: string;
}): string {
  const { directory, port, upstreamUrl } = options;
  // with root's rights the worker would become another user, who may not write here
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `
    ${user}
    daemon off;
    worker_processes 1;
    pid ${directory}/nginx.pid;
    error_log stderr crit;
    events { worker_connections 8192; }
    http {
      access_log off;
      client_body_temp_path ${directory}/body;
      proxy_temp_path ${directory}/proxy;
      fastcgi_temp_path ${directory}/fastcgi;
      uwsgi_temp_path ${directory}/uwsgi;
      scgi_temp_path ${directory}/scgi;
      client_max_body_size 20m;
      client_body_buffer_size 1m;
      keepalive_requests 100000000;
      upstream provider {
        server ${new URL(upstreamUrl).host};
        keepalive 1024;
        keepalive_requests 100000000;
      }
      server {
        listen 127.0.0.1:${port};
        location / {
          proxy_pass http://provider;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_buffering off;
        }
      }
    }
  `;
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(' ').map(Number);
}

/** User and system time, in microseconds. */
function cpuOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // the second field is the name, in brackets; user and system time are the 14th and the 15th
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MICROS_PER_TICK;
}
