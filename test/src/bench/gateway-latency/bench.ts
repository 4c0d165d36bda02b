// `npm run bench -- gateway-latency`: what the gateway adds to a call when nothing else goes on.
import { Bed } from '../shared/Bed';
import { USUAL_PROMPT_BYTES } from '../shared/load/messages';
import { measureRounds, roundsOf } from '../shared/measureRounds';
import { runBench } from '../shared/runBench';
import { pairedMedian } from '../shared/statistics';
import { medianRows, printTable } from '../shared/table';

const MOST_ADDED_MS = 0.3;

runBench({ seconds: 5, rounds: 9 }, async (options, cleanup) => {
  const bed = await Bed.start(cleanup);
  const found = await measureRounds({
    bed,
    subjects: [bed.nodeProxy, bed.governed],
    rounds: options.rounds,
    rows: {
      '': {
        stream: false,
        promptBytes: USUAL_PROMPT_BYTES,
        connections: 1,
        spreadMs: 0,
        durationMs: options.durationMs,
      },
    },
  });
  const rows = medianRows(found);
  printTable(rows, {
    load: `1 connection, median of ${options.rounds} rounds`,
    isPinned: bed.isPinned,
  });
  const added = {
    name: 'latency p99, governed − node-proxy',
    value: pairedMedian(
      roundsOf(found, 'governed'),
      roundsOf(found, 'node-proxy'),
      (a, b) => a.p99Ms - b.p99Ms,
    ),
    limit: { atMost: MOST_ADDED_MS },
    unit: ' ms',
  };
  return { rows, bars: [added, bed.bookedBar()] };
});
