// `npm run bench -- gateway [--json FILE] [--seconds N] [--rounds N]`: what governance costs, beside other proxies.
import { Bar } from '../shared/bars';
import { Bed } from '../shared/Bed';
import { USUAL_PROMPT_BYTES } from '../shared/load/messages';
import { Row } from '../shared/load/runLoad';
import { measureRounds, roundsOf } from '../shared/measureRounds';
import { runBench } from '../shared/runBench';
import { pairedMedian } from '../shared/statistics';
import { startNginx } from '../shared/subjects/startNginx';
import { startPortkey } from '../shared/subjects/startPortkey';
import { startUngoverned } from '../shared/subjects/startUngoverned';
import { medianRows, printTable } from '../shared/table';

const CONNECTIONS = 64;
/** First bar of the project: governed over bare, in requests per second. */
const LEAST_RPS_RATIO = 0.6;
const MOST_CPU_RATIO_TO_NODE_PROXY = 1.4;
const MOST_CPU_RATIO_TO_PORTKEY = 0.1;

runBench({ seconds: 3, rounds: 7 }, async (options, cleanup) => {
  const bed = await Bed.start(cleanup);
  const portkey = await bed.add('portkey', startPortkey);
  const subjects = [
    ...(await bed.add('nginx', startNginx)),
    bed.nodeProxy,
    ...(await bed.add('ungoverned', startUngoverned)),
    bed.governed,
    ...portkey,
  ];
  const load = {
    promptBytes: USUAL_PROMPT_BYTES,
    connections: CONNECTIONS,
    spreadMs: 0,
    durationMs: options.durationMs,
  };
  const found = await measureRounds({
    bed,
    subjects,
    rounds: options.rounds,
    rows: {
      '': { ...load, stream: false },
      '-stream': { ...load, stream: true },
    },
  });
  const rows = medianRows(found);
  printTable(rows, {
    load: `${CONNECTIONS} connections, median of ${options.rounds} rounds; ratios are medians of the rounds' ratios`,
    isPinned: bed.isPinned,
  });
  process.stdout.write(
    'ungoverned: the engine with its key check, hold and journal, without Backstage, control plane and limits\n' +
      `governed: ${
        bed.governed.hasLimits ? 'with' : 'WITHOUT'
      } rate limits\n\n`,
  );
  const isCompared = portkey.length > 0;
  const bars = ['', '-stream'].flatMap(suffix =>
    barsOf(found, suffix, isCompared),
  );
  return { rows, bars: [...bars, bed.bookedBar()] };
});

function barsOf(
  found: ReadonlyMap<string, Row[]>,
  suffix: string,
  hasPortkey: boolean,
): Bar[] {
  const governed = roundsOf(found, `governed${suffix}`);
  const nodeProxy = roundsOf(found, `node-proxy${suffix}`);
  const cpuRatio = (row: Row, reference: Row) =>
    row.cpuMicrosPerRequest / reference.cpuMicrosPerRequest;
  const bars: Bar[] = [
    {
      name: `requests/s, governed${suffix} / node-proxy${suffix}`,
      value: pairedMedian(governed, nodeProxy, (a, b) => a.rps / b.rps),
      limit: { atLeast: LEAST_RPS_RATIO },
    },
    {
      name: `CPU per request, governed${suffix} / node-proxy${suffix}`,
      value: pairedMedian(governed, nodeProxy, cpuRatio),
      limit: { atMost: MOST_CPU_RATIO_TO_NODE_PROXY },
    },
  ];
  if (hasPortkey) {
    const portkey = roundsOf(found, `portkey${suffix}`);
    bars.push({
      name: `CPU per request, governed${suffix} / portkey${suffix}`,
      value: pairedMedian(governed, portkey, cpuRatio),
      limit: { atMost: MOST_CPU_RATIO_TO_PORTKEY },
    });
  }
  return bars;
}
