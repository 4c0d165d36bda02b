import {
  HttpAuthService,
  LoggerService,
  PermissionsService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import { UsageSink } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { Router } from 'express';
import { Knex } from 'knex';
import { BookedListener } from '../ledger/BookedLine';
import { createSinkRouter } from './createSinkRouter';
import { DatabaseDeliveryStore } from './DatabaseDeliveryStore';
import { DeliveryStore } from './DeliveryStore';
import { SinkDeliverer } from './SinkDeliverer';
import { createUsageOutbox } from './UsageOutbox';

/**
 * Copies what is booked to the sinks, in the background.
 *
 * @returns `onBooked` for the ledger: absent without a sink, so that booking costs no more than before
 */
export async function createSinkDomain(options: {
  sinks: readonly UsageSink[];
  /** With every migration applied. */
  database: Knex;
  scheduler: SchedulerService;
  permissions: PermissionsService;
  httpAuth: HttpAuthService;
  logger: LoggerService;
  now: () => Date;
}): Promise<{ onBooked?: BookedListener; router: Router }> {
  const { sinks, database, scheduler, now } = options;
  const sinkIds = sinks.map(each => each.id);
  const store = new DatabaseDeliveryStore({ database });
  await store.register(sinkIds, now());
  await warnOfAbsent({ ...options, store, sinkIds });
  for (const sink of sinks) {
    const deliverer = new SinkDeliverer({ ...options, sink, store });
    await scheduler.scheduleTask({
      id: `deliver-usage-to-${sink.id}`,
      frequency: { seconds: 5 },
      timeout: { minutes: 1 }, // for so long nobody sends when the replica that did was killed
      scope: 'global',
      fn: async signal => deliverer.run(signal),
    });
  }
  return {
    onBooked: sinks.length > 0 ? createUsageOutbox({ sinkIds }) : undefined,
    router: createSinkRouter({ ...options, store, sinkIds }),
  };
}

async function warnOfAbsent(options: {
  store: DeliveryStore;
  sinkIds: readonly string[];
  logger: LoggerService;
}): Promise<void> {
  for (const { id, waitingLines } of await options.store.list()) {
    if (waitingLines === 0 || options.sinkIds.includes(id)) continue;
    options.logger.warn(
      `${waitingLines} booked lines wait for usage sink "${id}", which is not there any more. Add its module again, ` +
        `or delete them as docs/usage-sinks.md says`,
    );
  }
}
