import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const OLDEST_NODE = 22;

/**
 * Finds out what would stop the start, before anything runs.
 *
 * @throws Error that says what is wrong and what to do about it
 */
export async function checkMachine({ folder, ports }) {
  checkNode();
  checkFolder(folder);
  const taken = [];
  for (const [part, { port, variable }] of Object.entries(ports)) {
    if (!(await isFree(port))) taken.push({ part, port, variable });
  }
  if (taken.length > 0) throw new Error(portsMessage(taken));
}

function checkNode() {
  const { node } = process.versions;
  if (Number(node.split('.')[0]) >= OLDEST_NODE) return;
  throw new Error(
    `Cannot start under Node ${node}: it needs ${OLDEST_NODE} or newer.\n` +
      'Use `npm start`, which brings Node 24, instead of calling the script yourself.',
  );
}

function checkFolder(folder) {
  const probe = join(folder, '.probe');
  try {
    for (const part of ['database', 'gateway']) {
      mkdirSync(join(folder, part), { recursive: true });
    }
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new Error(
      `Cannot write to the data folder ${folder} (${error.code}).\n` +
        'Make it writable, or choose another one: AI_MESH_DATA_DIRECTORY=/path/to/folder npm start',
    );
  }
}

/** Both families are asked: a program on 127.0.0.1 leaves :: free on some systems. */
async function isFree(port) {
  for (const host of ['127.0.0.1', '::']) {
    if (!(await canListen(port, host))) return false;
  }
  return true;
}

function canListen(port, host) {
  return new Promise(resolve => {
    const server = createServer();
    // without IPv6, `::` fails with another code, and tells nothing about the port
    server.once('error', error =>
      resolve(!['EADDRINUSE', 'EACCES'].includes(error.code)),
    );
    server.listen({ port, host }, () => server.close(() => resolve(true)));
  });
}

function portsMessage(taken) {
  const lines = taken.map(
    ({ part, port }) => `  port ${port}, which the ${part} needs`,
  );
  const example = taken
    .map(({ port, variable }) => `${variable}=${port + 100}`)
    .join(' ');
  return (
    `Cannot start: already in use by another program:\n${lines.join('\n')}\n` +
    `Stop that program (another start of this demo?), or choose other ports:\n  ${example} npm start`
  );
}
