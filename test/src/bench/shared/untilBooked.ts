import { HarnessDatabase } from '../../harness/database';

const GIVE_UP_AFTER_MS = 180_000;

/** Waits until the ledger holds as many calls as were made, or no more of them arrive; says how many it holds. */
export async function untilBooked(options: {
  database: HarnessDatabase;
  requests: number;
}): Promise<number> {
  const connection = options.database.connect();
  const deadline = Date.now() + GIVE_UP_AFTER_MS;
  try {
    for (;;) {
      const { count } = await connection('ledger_lines')
        .countDistinct({ count: 'request_id' })
        .first<{ count: number | string }>();
      const booked = Number(count);
      if (booked >= options.requests || Date.now() > deadline) return booked;
      await new Promise(done => setTimeout(done, 200));
    }
  } finally {
    await connection.destroy();
  }
}
