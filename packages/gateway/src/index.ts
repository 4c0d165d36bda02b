import cluster from 'node:cluster';
import { ConfigSources } from '@backstage/config-loader';
import { readSettings } from './settings';
import { Slots } from './Slots';
import { supervise } from './supervise';

/** One process alone, or a supervisor and the processes that it starts of this same program. */
async function main(): Promise<void> {
  if (cluster.isPrimary) {
    const config = await ConfigSources.toConfig(
      ConfigSources.default({ watch: false }),
    );
    const settings = readSettings(config, process.env);
    config.close();
    // folders of former processes are delivered by a supervisor, also when one process is enough by now
    const isAlone = Slots.find(settings.dataDirectory).every(
      slot => slot === 0,
    );
    if (settings.processes > 1 || !isAlone) {
      await supervise(settings);
      return;
    }
  }
  // a supervisor does without it: it stays small
  await import('./backend');
}

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
