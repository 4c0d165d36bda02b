// `npm run bench -- gateway-prompts`: prompts of 75,000 tokens, with budgets on.
import { Bed } from '../shared/Bed';
import { LARGE_PROMPT_BYTES } from '../shared/load/messages';
import { measureRounds, roundsOf } from '../shared/measureRounds';
import { runBench } from '../shared/runBench';
import { median } from '../shared/statistics';
import { medianRows, printTable } from '../shared/table';

const CONNECTIONS = 16;
const LEAST_RPS_PER_CORE = 100;

runBench({ seconds: 5, rounds: 5 }, async (options, cleanup) => {
  const bed = await Bed.start(cleanup);
  const found = await measureRounds({
    bed,
    subjects: [bed.nodeProxy, bed.governed],
    rounds: options.rounds,
    rows: {
      '-prompts': {
        stream: false,
        promptBytes: LARGE_PROMPT_BYTES,
        connections: CONNECTIONS,
        spreadMs: 0,
        durationMs: options.durationMs,
      },
    },
  });
  const rows = medianRows(found);
  printTable(rows, {
    load: `Prompts of ${LARGE_PROMPT_BYTES} bytes, ${CONNECTIONS} connections, median of ${options.rounds} rounds`,
    isPinned: bed.isPinned,
  });
  const governed = roundsOf(found, 'governed-prompts');
  const speed = {
    // one process, which uses no more than one core
    name: 'requests/s of one governed process, on one core',
    value: median(governed.map(row => row.rps)),
    limit: { atLeast: LEAST_RPS_PER_CORE },
  };
  return { rows, bars: [speed, bed.bookedBar()] };
});
