import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Bar, isMet, printBars } from './bars';
import { Cleanup } from './Cleanup';
import { Row } from './load/runLoad';

/** What every benchmark takes on its command line. */
export interface BenchOptions {
  /** Of each measurement. */
  durationMs: number;
  rounds: number;
  /** Of gateway-soak. */
  minutes: number;
}

/** What a benchmark found: rows of the gateway, or of what else is counted by the second. */
export interface BenchResult {
  rows: ReadonlyArray<Pick<Row, 'name' | 'rps'>>;
  bars: Bar[];
}

/**
 * Runs a benchmark as a program: `[--json FILE] [--seconds N] [--rounds N] [--minutes N]`. Ends the process: with 0
 * when every bar is met, else with 1.
 */
export function runBench(
  defaults: { seconds: number; rounds: number },
  bench: (options: BenchOptions, cleanup: Cleanup) => Promise<BenchResult>,
): void {
  const main = async () => {
    const { values } = parseArgs({
      options: {
        json: { type: 'string' },
        seconds: { type: 'string', default: String(defaults.seconds) },
        rounds: { type: 'string', default: String(defaults.rounds) },
        minutes: { type: 'string', default: '10' },
      },
    });
    const options = {
      durationMs: positive('seconds', values.seconds) * 1000,
      rounds: Math.ceil(positive('rounds', values.rounds)),
      minutes: positive('minutes', values.minutes),
    };
    const cleanup = new Cleanup();
    try {
      const { rows, bars } = await bench(options, cleanup);
      const reached = printBars(bars);
      if (values.json) {
        const judged = bars.map(bar => ({ ...bar, isMet: isMet(bar) }));
        const text = JSON.stringify({ rows, bars: judged }, null, 2);
        writeFileSync(values.json, `${text}\n`);
      }
      return reached;
    } finally {
      await cleanup.run();
    }
  };
  main().then(
    reached => process.exit(reached ? 0 : 1),
    error => {
      process.stderr.write(`${error?.stack ?? error}\n`);
      process.exit(1);
    },
  );
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new Error(
    `Cannot use --${name}: expected a number above zero, current value is "${text}"`,
  );
}
