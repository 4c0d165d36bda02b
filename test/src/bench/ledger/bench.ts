// `npm run bench -- ledger`: how fast usage is booked, and how fast it is reported.
import { LoggerService } from '@backstage/backend-plugin-api';
import {
  openLedger,
  OpenLedger,
} from '@sovereign-ai-mesh/plugin-ai-mesh-backend/testUtils';
import {
  formatUsdExact,
  parseUsd,
  picoUsd,
  UsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { simulateBudget } from '../../money/simulation/simulateBudget';
import { createDatabase, DatabaseId, DATABASES } from '../../harness/database';
import { BenchOptions, runBench } from '../shared/runBench';
import { Cleanup } from '../shared/Cleanup';
import { median } from '../shared/statistics';
import { Bar } from '../shared/bars';
import { Calls } from './Calls';
import { departments, prices } from './company';
import { bytesPerLine } from './bytesPerLine';
import { PlainTable } from './PlainTable';
import { REPORT_LINES, timeReports } from './timeReports';
import { LedgerRow, printRows } from './rows';

const MOST_REPORT_MS = 300;

const LEASED = {
  gateways: 8,
  callers: 50,
  budget: parseUsd('2000'),
  seed: 7,
};
const MOST_TRIPS_A_CALL = 0.05;

const NAMES: Record<DatabaseId, { row: string; leastRps: number }> = {
  SQLITE_3: { row: 'sqlite', leastRps: 15_000 },
  POSTGRES_15: { row: 'postgres', leastRps: 25_000 },
};

const SILENT: LoggerService = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => SILENT,
};

runBench({ seconds: 3, rounds: 5 }, async (options, cleanup) => {
  const rows: LedgerRow[] = [];
  const bars: Bar[] = [];
  for (const id of DATABASES) {
    const found = await measure(id, options, cleanup);
    rows.push(...found.rows);
    bars.push(...found.bars);
  }
  printRows(rows);
  const course = await simulateBudget(LEASED);
  process.stdout.write(
    `${course.calls} calls of ${LEASED.gateways} × ${
      LEASED.callers
    } callers on a budget of 2,000 USD: ${course.leaseRequests} requests and ${
      course.leaseReleases
    } releases of leases, ${formatUsdExact(
      picoUsd(LEASED.budget - course.spent),
    )} USD unspent.\n\n`,
  );
  bars.push({
    name: 'store round trips a call, for leases',
    value: course.tripsPerCall,
    limit: { atMost: MOST_TRIPS_A_CALL },
  });
  return { rows, bars };
});

async function measure(
  id: DatabaseId,
  options: BenchOptions,
  cleanup: Cleanup,
): Promise<{ rows: LedgerRow[]; bars: Bar[] }> {
  const { row: name, leastRps } = NAMES[id];
  const holder = await createDatabase(id);
  cleanup.add(() => holder.remove());
  const database = await holder.create();
  cleanup.add(() => database.destroy());
  const opened = await openLedger({
    database,
    departments: departments(),
    prices: prices(),
    logger: SILENT,
  });
  const plain = await PlainTable.create(database);
  const calls = new Calls();

  await bookFor(options.durationMs, calls, each => book(opened, each)); // the code is compiled
  const booked: Round[] = [];
  const inserted: Round[] = [];
  for (let round = 0; round < options.rounds; round++) {
    booked.push(
      await bookFor(options.durationMs, calls, each => book(opened, each)),
    );
    inserted.push(
      await bookFor(options.durationMs, calls, each => plain.insert(each)),
    );
    process.stderr.write(
      `round ${round + 1} of ${options.rounds}: ${name} ${booked[
        round
      ].rps.toFixed(0)} lines/s, the lines alone ${inserted[round].rps.toFixed(
        0,
      )}\n`,
    );
  }
  await expectAgreement(database);
  const bytes = await bytesPerLine(database);
  const reports = await timeReports(opened.spend, database);
  const row = rowOf(name, booked);
  return {
    rows: [
      { ...row, bytesPerLine: bytes, reportP95Ms: reports.p95Ms },
      rowOf(`${name}-plain`, inserted),
    ],
    bars: [
      {
        name: `${name}: ledger lines/s, with roll-ups and balances`,
        value: row.rps,
        limit: { atLeast: leastRps },
      },
      {
        name: `${name}: p95 of a month's report on ${REPORT_LINES.toLocaleString(
          'en',
        )} lines`,
        value: reports.p95Ms,
        limit: { atMost: MOST_REPORT_MS },
        unit: ' ms',
      },
    ],
  };
}

interface Round {
  rps: number;
  cpuMicrosPerLine: number;
}

/** Books batch after batch, as one gateway that has a backlog does: the next when the former is acknowledged. */
async function bookFor(
  durationMs: number,
  calls: Calls,
  work: (records: UsageRecord[]) => Promise<number>,
): Promise<Round> {
  let lines = 0;
  let spentMs = 0;
  let cpuMicros = 0;
  while (spentMs < durationMs) {
    const records = calls.take(); // not measured: the calls are the load
    const cpu = process.cpuUsage();
    const started = performance.now();
    const booked = await work(records);
    spentMs += performance.now() - started;
    const { user, system } = process.cpuUsage(cpu);
    cpuMicros += user + system;
    lines += booked;
  }
  return { rps: (lines / spentMs) * 1000, cpuMicrosPerLine: cpuMicros / lines };
}

async function book(
  { ledger }: OpenLedger,
  records: UsageRecord[],
): Promise<number> {
  await ledger.book(records, { source: 'live', replicaId: 'replica-1' });
  return records.reduce((sum, record) => sum + record.lines.length, 0);
}

async function expectAgreement(database: Knex): Promise<void> {
  const [{ lines, cost }] = await database('ledger_lines').select(
    database.raw('cast(count(*) as text) as lines'),
    database.raw('cast(sum(cost_pico) as text) as cost'),
  );
  const [sums] = await database('rollup_daily').select(
    database.raw('cast(sum(cost_pico) as text) as cost'),
  );
  if (cost !== sums.cost) {
    throw new Error(
      `The roll-ups say ${sums.cost} pico-USD, the ${lines} lines ${cost}`,
    );
  }
}

function rowOf(name: string, rounds: readonly Round[]): LedgerRow {
  return {
    name,
    rps: median(rounds.map(round => round.rps)),
    cpuMicrosPerLine: median(rounds.map(round => round.cpuMicrosPerLine)),
  };
}
