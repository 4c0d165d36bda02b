// Starts the whole demo: simulated provider, backend with gateway, portal. `npm start -- --help` tells more.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printBanner } from './start/banner.mjs';
import { checkMachine } from './start/checkMachine.mjs';
import { ChildProcesses } from './start/ChildProcesses.mjs';
import { openBrowser } from './start/openBrowser.mjs';
import { dataFolder, readSettings, root } from './start/settings.mjs';
import { waitUntilReady } from './start/waitUntilReady.mjs';

const HELP = `npm start [-- options]

  --verbose         print everything that the parts write, not only warnings and errors
  --no-open         do not open a browser
  --config FILE     read one more configuration file, after app-config.yaml; may be repeated

Environment: AI_MESH_PORTAL_PORT (3000), AI_MESH_BACKEND_PORT (7007), AI_MESH_GATEWAY_PORT (4000),
AI_MESH_SIMULATOR_PORT (4010), AI_MESH_DATA_DIRECTORY (.data), AI_MESH_DEMO_TRAFFIC (true)
`;

const BACKSTAGE_CLI = join(
  root,
  'node_modules/@backstage/cli/bin/backstage-cli',
);
const SIMULATOR = join(root, 'packages/model-simulator/bin/model-simulator.js');

try {
  await main(readOptions());
} catch (error) {
  process.stderr.write(`\n${error.message}\n\n`);
  process.exit(1);
}

async function main(options) {
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const startedAt = Date.now();
  const folder = dataFolder();
  // the backend runs in a folder of its own, where a relative path would mean another place
  process.env.AI_MESH_DATA_DIRECTORY = folder;
  const settings = await readSettings(options.config);
  await checkMachine({ folder, ports: settings.ports });

  process.stdout.write('Starting the portal, about half a minute …\n');
  const children = new ChildProcesses({ verbose: options.verbose });
  stopOnSignal(children);
  startParts(children, settings);
  try {
    await waitUntilReady(settings, { signal: children.stopping });
  } catch (error) {
    await children.stop();
    throw error;
  }
  printBanner(settings, { startedAt });
  if (options.open) openBrowser(settings.portalUrl);
}

function startParts(children, settings) {
  const configs = settings.configFiles.flatMap(file => ['--config', file]);
  const start = [BACKSTAGE_CLI, 'package', 'start', ...configs];
  children.start('models', {
    args: [SIMULATOR, '--port', String(settings.ports.simulator.port)],
    cwd: root,
  });
  children.start('backend', {
    args: start,
    cwd: join(root, 'packages/backend'),
  });
  children.start('portal', { args: start, cwd: join(root, 'packages/app') });
}

/** Ctrl-C, or the end of the terminal, stops every part; a second one does not wait for them. */
function stopOnSignal(children) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, async () => {
      if (children.stopping.aborted) process.exit(130);
      process.stdout.write('\nStopping …\n');
      await children.stop();
      process.exit(0);
    });
  }
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      verbose: { type: 'boolean', default: false },
      open: { type: 'boolean', default: true },
      config: { type: 'string', multiple: true, default: [] },
    },
    allowNegative: true,
  });
  return values;
}
