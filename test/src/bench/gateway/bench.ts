// `npm run bench -- gateway [--json FILE] [--seconds N]`: what governance costs, against a bare proxy of the same run.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createDatabase } from '../../harness/database';
import { ROOT_REF } from '../../harness/exampleCompany';
import { freePort } from '../../harness/freePort';
import { NodeProcess } from '../../harness/NodeProcess';
import { startGateway } from '../../harness/startGateway';
import { startPortal } from '../../harness/startPortal';
import { untilBooked } from './untilBooked';
import { Row, runLoad } from './runLoad';
import { giveFirstCore, keepOffFirstCore, runInBackground } from './scheduling';

const CONNECTIONS = 64;
const ROUNDS = 7;
/** First bar of the project: governed over bare, in requests per second, streams too. */
const LEAST_RATIO = 0.6;

async function main() {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      seconds: { type: 'string', default: '3' },
    },
  });
  const durationMs = Number(values.seconds) * 1000;
  const upstream = await NodeProcess.start<{ url: string }>({
    script: resolve(__dirname, 'upstream.ts'),
  });
  const proxy = await NodeProcess.start<{ url: string }>({
    script: resolve(__dirname, 'nodeProxy.ts'),
    env: { UPSTREAM_URL: upstream.ready.url },
  });
  const database = await createDatabase('SQLITE_3');
  const addresses = {
    portalPort: await freePort(),
    gatewayBackendPort: await freePort(),
  };
  const portal = await startPortal({
    addresses,
    database,
    budgetsUsd: { [ROOT_REF]: '1000000' },
  });
  const gateway = await startGateway({
    addresses,
    upstreamUrl: upstream.ready.url,
    gatewayPort: await freePort(),
  });

  const isPinned = pinAll({
    measured: [proxy, gateway.process],
    others: [upstream, portal.process],
  });
  if (portal.process.pid !== undefined) runInBackground(portal.process.pid);

  const subjects = [
    { name: 'node-proxy', server: proxy, url: `${proxy.ready.url}/v1` },
    { name: 'governed', server: gateway.process, url: gateway.url },
  ];
  const rounds = new Map<string, Row[]>();
  let governedRequests = 0;
  let booked = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const stream of [false, true]) {
      for (const { name, server, url } of subjects) {
        const rowName = stream ? `${name}-stream` : name;
        const { row, requests } = await runLoad({
          name: rowName,
          server,
          settings: {
            url: `${url}/chat/completions`,
            key: portal.keySecret,
            stream,
            connections: CONNECTIONS,
            warmUpMs: round === 0 ? 3000 : 1000,
            durationMs,
          },
        });
        if (name === 'governed') {
          governedRequests += requests;
          // the next row starts with nothing left to book, so that rows do not pay for each other
          booked = await untilBooked({ database, requests: governedRequests });
        }
        rounds.set(rowName, [...(rounds.get(rowName) ?? []), row]);
        process.stderr.write(
          `round ${round + 1} of ${ROUNDS}: ${rowName} ${row.rps.toFixed(
            0,
          )} requests/s\n`,
        );
      }
    }
  }
  await gateway.stop();
  await portal.stop();
  await Promise.all([proxy.stop(), upstream.stop()]);
  await gateway.remove();
  await database.remove();

  const rows = [...rounds.values()].map(medianByRps);
  print(rows, isPinned);
  process.stdout.write(
    `\n${booked} of ${governedRequests} governed calls are in the ledger, each once.\n`,
  );
  if (values.json)
    writeFileSync(values.json, JSON.stringify({ rows }, null, 2));
  return reachesBar(rows) && booked === governedRequests;
}

function pinAll(processes: {
  measured: NodeProcess<unknown>[];
  others: NodeProcess<unknown>[];
}): boolean {
  const pinned = [
    ...processes.measured.map(({ pid }) => pid && giveFirstCore(pid)),
    ...processes.others.map(({ pid }) => pid && keepOffFirstCore(pid)),
  ];
  return pinned.every(Boolean);
}

function medianByRps(rows: Row[]): Row {
  const sorted = [...rows].sort((a, b) => a.rps - b.rps);
  return sorted[Math.floor(sorted.length / 2)];
}

function print(rows: Row[], isPinned: boolean) {
  process.stdout.write(
    `\n${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${
      process.version
    }, ` +
      `${CONNECTIONS} connections, median of ${ROUNDS} rounds\n` +
      `The measured process has ${
        isPinned ? 'a core of its own' : 'no core of its own'
      }; the control plane books beside it, where a core is idle.\n\n`,
  );
  const heads = ['row', 'requests/s', 'CPU µs/request', 'p50 ms', 'p99 ms'];
  const table = rows.map(row => [
    row.name,
    row.rps.toFixed(0),
    row.cpuMicrosPerRequest.toFixed(1),
    row.p50Ms.toFixed(2),
    row.p99Ms.toFixed(2),
  ]);
  for (const cells of [heads, ...table]) {
    process.stdout.write(
      `${cells[0].padEnd(20)}${cells
        .slice(1)
        .map(cell => cell.padStart(16))
        .join('')}\n`,
    );
  }
}

function reachesBar(rows: Row[]): boolean {
  const rps = (name: string) => rows.find(row => row.name === name)?.rps ?? NaN;
  return ['', '-stream'].every(suffix => {
    const ratio = rps(`governed${suffix}`) / rps(`node-proxy${suffix}`);
    process.stdout.write(
      `\ngoverned${suffix} / node-proxy${suffix}: ${ratio.toFixed(
        2,
      )} (at least ${LEAST_RATIO})`,
    );
    return ratio >= LEAST_RATIO;
  });
}

main().then(
  reached => {
    process.stdout.write('\n');
    process.exit(reached ? 0 : 1);
  },
  error => {
    process.stderr.write(`${error?.stack ?? error}\n`);
    process.exit(1);
  },
);
