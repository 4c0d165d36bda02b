// Installs the dependencies when they are missing or older than the lock file. Runs before `npm start` and
// `npm test`, under whatever Node the machine has, and therefore uses nothing that must be installed first.
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;
const PROGRESS_MS = 20_000;
const root = dirname(dirname(fileURLToPath(import.meta.url)));

main();

function main() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE) {
    fail(
      `Node ${process.versions.node} is too old to install the dependencies.`,
      `Install Node ${OLDEST_NODE} or newer from https://nodejs.org. The project itself then brings Node 24.`,
    );
  }
  if (isInstalled()) return;
  if (!isWritable(root)) {
    fail(
      `Cannot install: the folder ${root} is read-only for you.`,
      'Clone the repository into a folder that belongs to you, and start again there.',
    );
  }
  install();
}

/** npm writes its own copy of the lock file last, so its age is that of the finished installation. */
function isInstalled() {
  const lock = modifiedAt('package-lock.json');
  const installed = modifiedAt('node_modules/.package-lock.json');
  if (lock === undefined) {
    fail(
      'Cannot install: package-lock.json is missing.',
      'Restore it with `git checkout package-lock.json`.',
    );
  }
  return installed !== undefined && installed >= lock;
}

function install() {
  const startedAt = Date.now();
  say('Installing the dependencies; the first time takes a few minutes …');
  const progress = setInterval(
    () => say(`… still installing, ${seconds(startedAt)} s so far`),
    PROGRESS_MS,
  );
  // npm tells its scripts where it lives; outside of npm it is looked up on the PATH
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const child = npm
    ? spawn(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
    : spawn('npm', args, {
        cwd: root,
        stdio: 'inherit',
        shell: process.platform === 'win32',
      });
  child.on('error', error => {
    fail(
      `Cannot install: npm could not be started (${error.code}).`,
      'npm comes with Node: install Node from https://nodejs.org and open a new terminal.',
    );
  });
  child.on('close', code => {
    clearInterval(progress);
    if (code !== 0) {
      fail(
        `The installation failed: npm ended with exit code ${code}; its own message stands above.`,
        'Without a network, or behind a proxy, check `npm ping`. When the disk was full or the',
        'installation was cut off, delete the folder node_modules and start again.',
      );
    }
    say(`Installed in ${seconds(startedAt)} s.`);
  });
}

function modifiedAt(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs;
}

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function seconds(since) {
  return Math.round((Date.now() - since) / 1000);
}

function say(text) {
  process.stdout.write(`${text}\n`);
}

function fail(...lines) {
  process.stderr.write(`\n${lines.join('\n')}\n\n`);
  process.exit(1);
}
