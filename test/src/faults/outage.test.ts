import { billOf, untilBooked } from '../harness/booked';
import { DATABASES } from '../harness/database';
import { DEPARTMENT_REF, ROOT_REF } from '../harness/exampleCompany';
import { FaultProxy } from '../harness/FaultProxy';
import { Installation } from '../harness/Installation';
import { Load } from '../operation/Load';

/** Ten minutes in `npm run test:outage`. */
const OUTAGE_MS = 1000 * Number(process.env.AI_MESH_TEST_OUTAGE_SECONDS ?? '4');
/** A lease lives for five minutes; the youngest one is about a minute old at most when the outage begins. */
const LEASED_MS = 4 * 60_000;
/** Among the other tests, one of each kind has to do: each starts an installation of its own. */
const IS_ALONE = OUTAGE_MS >= 60_000;
const CONTROL_PLANE_DATABASES = IS_ALONE ? DATABASES : DATABASES.slice(0, 1);
const MANNERS = IS_ALONE ? ['cut', 'silent'] : ['silent'];
const TEST_MS = 400_000 + 2 * OUTAGE_MS;
const CLIENTS = 4;
const POSTGRES_URL =
  process.env.BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING;
const REDIS_URL = process.env.AI_MESH_TEST_REDIS_URL;

type Settings = Partial<Parameters<typeof Installation.start>[0]>;

describe('an outage', () => {
  let installation: Installation;
  let proxy: FaultProxy | undefined;

  afterEach(async () => {
    await installation.stop();
    await proxy?.stop();
    proxy = undefined;
  }, TEST_MS);

  async function start(settings: Settings): Promise<Load> {
    installation = await Installation.start({
      database: 'SQLITE_3',
      budgetsUsd: { [ROOT_REF]: '1000', [DEPARTMENT_REF]: '1000' },
      simulator: { firstTokenMs: 100 }, // a calm load: others need the machine, too
      ...settings,
    });
    const { gateway, portal } = installation;
    const load = new Load(gateway.url, portal.keySecret, CLIENTS);
    await load.untilAnswered(30);
    return load;
  }

  /** Sits the outage out under load. No call fails that a lease covers, and none in another way than it should. */
  async function sitOut(load: Load): Promise<void> {
    const answered = load.answered.length;
    await wait(Math.min(OUTAGE_MS, LEASED_MS));
    expect(load.failures).toEqual([]);
    expect(load.answered.length).toBeGreaterThan(answered);
    await wait(OUTAGE_MS - LEASED_MS);
    for (const failure of load.failures) {
      expect(failure).toContain('503 The budget cannot be checked just now.');
    }
  }

  /** Ends the load some calls after the outage; every answered call is in the ledger, with its bill, once. */
  async function expectAllBooked(load: Load): Promise<void> {
    await load.untilAnswered(30);
    await load.stop();
    const { answered } = load;
    const { requests } = installation.simulator.usage();
    const bills = new Map(requests.map(each => [each.requestId, billOf(each)]));
    const booked = await untilBooked(
      installation.ledger,
      answered.length,
      60_000,
    );
    expect(new Set(answered).size).toBe(answered.length);
    expect(booked).toEqual(new Map(answered.map(id => [id, bills.get(id)])));
  }

  describe.each(CONTROL_PLANE_DATABASES)(
    'of the control plane on %p',
    database => {
      it(
        'that stands still',
        async () => {
          const load = await start({ database });
          installation.portal.process.freeze();
          await sitOut(load);
          installation.portal.process.thaw();
          await expectAllBooked(load);
        },
        TEST_MS,
      );

      it(
        'that is killed, and started again on what it left',
        async () => {
          const load = await start({ database });
          await installation.portal.stop('SIGKILL');
          await sitOut(load);
          await installation.restartPortal();
          await expectAllBooked(load);
        },
        TEST_MS,
      );
    },
  );

  // `npm test` says aloud which server was not given, and CI fails when one is and its tests did not run
  if (POSTGRES_URL !== undefined) {
    it.each(MANNERS)(
      'of the database server: %s',
      async manner => {
        proxy = await FaultProxy.start({ upstreamUrl: POSTGRES_URL });
        const load = await start({
          database: 'POSTGRES_15',
          databasePort: proxy.port,
        });
        await fail(proxy, manner);
        await sitOut(load);
        await recover(proxy);
        await expectAllBooked(load);
      },
      TEST_MS,
    );
  }

  if (REDIS_URL !== undefined) {
    it.each(MANNERS)(
      'of Redis, where limits are counted: %s',
      async manner => {
        proxy = await FaultProxy.start({ upstreamUrl: REDIS_URL });
        const through = new URL(REDIS_URL);
        through.host = `127.0.0.1:${proxy.port}`;
        const load = await start({
          keyLimits: { requestsPerMinute: 1_000_000 },
          gatewaySettings: {
            rateLimits: {
              redis: {
                url: through.href,
                keyPrefix: `{ai-mesh-test-${process.pid}}:`,
              },
            },
          },
        });
        const { openCount } = proxy;
        expect(openCount).toBeGreaterThan(0); // it does count there
        await fail(proxy, manner);
        await sitOut(load);
        await recover(proxy);
        await expectAllBooked(load);
      },
      TEST_MS,
    );
  }
});

async function fail(proxy: FaultProxy, manner: string): Promise<void> {
  if (manner === 'silent') {
    proxy.pause();
  } else {
    proxy.refuse();
    await proxy.cut();
  }
}

async function recover(proxy: FaultProxy): Promise<void> {
  proxy.resume();
  await proxy.accept();
}

async function wait(ms: number): Promise<void> {
  if (ms > 0) await new Promise(done => setTimeout(done, ms));
}
