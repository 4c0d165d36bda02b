import { billOf, untilBooked } from '../harness/booked';
import { GatewayProcesses } from './GatewayProcesses';

const PROCESSES = 2;
const CLIENTS = 8;
/** Each process compiles the sources at its start, on whatever machine this is. */
const TEST_MS = 600_000;

describe('a gateway of several processes', () => {
  let gateway: GatewayProcesses;

  beforeEach(async () => {
    gateway = await GatewayProcesses.start(PROCESSES);
  }, TEST_MS);

  afterEach(async () => {
    await gateway.stop();
  }, TEST_MS);

  /** Every answered call is in the ledger, with what the provider bills for it: once, and not twice. */
  async function expectBooked(answered: readonly string[]): Promise<void> {
    const booked = await untilBooked(gateway.ledger, answered.length);
    const { requests } = gateway.simulator.usage();
    const bills = new Map(requests.map(each => [each.requestId, billOf(each)]));
    expect(new Set(answered).size).toBe(answered.length);
    for (const id of answered) {
      expect([id, booked.get(id)]).toEqual([id, bills.get(id)]);
    }
  }

  it(
    'restarts all of them under load without one failed call, and ends on SIGTERM with every call answered and booked',
    async () => {
      const before = new Set(gateway.serving().values());
      const load = gateway.load(CLIENTS);
      await load.untilAnswered(50);
      gateway.signal('SIGHUP');
      await gateway.untilReported(line => line.startsWith('All processes'));
      await load.untilAnswered(50);
      expect(load.failures).toEqual([]);
      const after = [...gateway.serving().values()];
      expect(after).toHaveLength(PROCESSES);
      expect(after.filter(pid => before.has(pid))).toEqual([]);

      gateway.signal('SIGTERM');
      await gateway.untilReported(
        line =>
          after.some(pid => line.includes(`(pid ${pid}`)) &&
          line.endsWith('ended with code 0'),
        PROCESSES,
      );
      await load.stop();
      const { requests } = gateway.simulator.usage();
      expect(requests.map(each => each.requestId).sort()).toEqual(
        [...load.answered].sort(),
      );
      await expectBooked(load.answered);
    },
    TEST_MS,
  );

  it(
    'replaces one that is killed, loses none of its usage, and shows the metrics of all',
    async () => {
      const load = gateway.load(CLIENTS);
      await load.untilAnswered(100);
      expect(processesIn(await gateway.metrics())).toEqual(['0', '1']);

      const [slot, pid] = [...gateway.serving()][0];
      process.kill(pid, 'SIGKILL');
      await gateway.untilReported(line => line.endsWith('signal SIGKILL'));
      const failedCount = load.failures.length; // what was in flight there; nothing later
      await load.untilAnswered(50);
      expect(gateway.serving().has(slot)).toBe(false);

      await gateway.untilReported(
        line =>
          line.startsWith(`Process ${slot} (pid`) &&
          line.endsWith('to relieve) is ready'),
      );
      await load.untilAnswered(50);
      await load.stop();
      expect(load.failures).toHaveLength(failedCount);
      expect(gateway.serving().size).toBe(PROCESSES);
      await expectBooked(load.answered);
    },
    TEST_MS,
  );

  it(
    'delivers what a former life left in the folder of a process that it no longer has',
    async () => {
      const load = gateway.load(CLIENTS);
      await load.untilAnswered(50);
      await gateway.portal.stop('SIGKILL');
      await load.untilAnswered(50); // within the leases; their usage stays in the journals
      await load.stop();
      expect(load.failures).toEqual([]);
      const pids = [...gateway.serving().values()];
      await gateway.gateway.stop('SIGKILL');
      await untilGone(pids); // they do not outlive their supervisor

      await gateway.startAgain(1);
      await gateway.untilReported(line =>
        line.endsWith('to deliver) ended with code 0'),
      );
      await expectBooked(load.answered);
      expect(gateway.serving().size).toBe(1);
    },
    TEST_MS,
  );
});

/** The processes whose calls are in a text of metrics. */
function processesIn(text: string): string[] {
  const found = text.matchAll(
    /^ai_mesh_gateway_calls_total\{process="(\d+)".*\} [1-9]/gm,
  );
  return [...new Set([...found].map(([, slot]) => slot))].sort();
}

async function untilGone(pids: readonly number[]): Promise<void> {
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  const deadline = Date.now() + 10_000;
  while (pids.some(isAlive)) {
    if (Date.now() > deadline) throw new Error('They outlive their supervisor');
    await new Promise(done => setTimeout(done, 20));
  }
}
