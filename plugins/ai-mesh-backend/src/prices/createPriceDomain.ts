import {
  AuditorService,
  HttpAuthService,
  LoggerService,
  PermissionsService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import { PriceSource } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import express from 'express';
import { Knex } from 'knex';
import { ChangeSignal } from '../changes/ChangeSignal';
import { createPriceRouter } from './createPriceRouter';
import { DatabasePriceStore } from './DatabasePriceStore';
import { PriceConfig } from './readPriceConfig';
import { PriceService } from './PriceService';
import { PriceSources } from './PriceSources';
import { ProposalService } from './ProposalService';

/** What the price book is built on. */
export interface PriceDomainOptions {
  config: PriceConfig;
  /** With every migration applied. */
  database: Knex;
  /** The sources that modules added. */
  priceSources: readonly PriceSource[];
  changes: ChangeSignal;
  permissions: PermissionsService;
  auditor: AuditorService;
  httpAuth: HttpAuthService;
  scheduler: SchedulerService;
  logger: LoggerService;
  now: () => Date;
}

/** The price book, with what needs no network already in it. */
export async function createPriceDomain(
  options: PriceDomainOptions,
): Promise<{ prices: PriceService; routers: express.Router[] }> {
  const { config, database, priceSources, scheduler } = options;
  const store = new DatabasePriceStore(database);
  const { priceContracts: contracts } = config;
  const prices = new PriceService({ ...options, store, contracts });
  const sources = new PriceSources({
    ...options,
    prices,
    contracts,
    configured: config.prices,
    files: config.priceFiles,
    modules: priceSources,
  });
  await sources.readOwn();
  await sources.start(scheduler);
  const proposals = new ProposalService({ store, prices });
  const { stillOffers } = sources;
  return {
    prices,
    routers: [
      createPriceRouter({ ...options, prices, proposals, stillOffers }),
    ],
  };
}
