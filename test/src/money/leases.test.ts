import {
  formatUsdExact,
  parseUsd,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DEAREST_CALL, simulateBudget } from './simulation/simulateBudget';

/** Some 95,000 calls in `npm run test:money`; a tenth of it otherwise. */
const IS_WHOLE = Number(process.env.AI_MESH_TEST_MONEY_CALLS ?? 0) >= 10_000;
const GATEWAYS = IS_WHOLE ? 8 : 4;
const CALLERS = IS_WHOLE ? 50 : 20;
const BUDGET = parseUsd(IS_WHOLE ? '2000' : '150');
/** The end of a small budget is a larger part of it. */
const MOST_TRIPS_A_CALL = IS_WHOLE ? 0.05 : 0.4;

jest.setTimeout(180_000);

describe(`${GATEWAYS} gateways with ${CALLERS} callers each`, () => {
  it('use a budget up to the last call, never beyond, and seldom ask for it', async () => {
    const course = await simulateBudget({
      gateways: GATEWAYS,
      callers: CALLERS,
      budget: BUDGET,
      seed: 7,
    });
    const unspent = BUDGET - course.spent;
    process.stderr.write(
      `${course.calls} calls: ${course.tripsPerCall.toFixed(
        4,
      )} lease round trips a call (${course.leaseRequests} requests, ${
        course.leaseReleases
      } releases), ${course.deliveries} deliveries of usage, ${formatUsdExact(
        picoUsd(unspent),
      )} USD unspent\n`,
    );
    expect(course.settled).toBe(course.spent);
    expect(course.leased).toBe(0n);
    expect(course.mostAtOnce <= BUDGET).toBe(true);
    expect(unspent < DEAREST_CALL).toBe(true);
    expect(course.tripsPerCall).toBeLessThan(MOST_TRIPS_A_CALL);
  });
});
