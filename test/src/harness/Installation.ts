import {
  ModelSimulator,
  startModelSimulator,
} from '@sovereign-ai-mesh/model-simulator';
import { Knex } from 'knex';
import OpenAI from 'openai';
import { fetch as undiciFetch } from 'undici';
import { createDatabase, DatabaseId, HarnessDatabase } from './database';
import { freePort } from './freePort';
import { Gateway, startGateway } from './startGateway';
import { Addresses, Portal, startPortal } from './startPortal';

/**
 * A whole installation in real processes: simulated provider, control plane, and the gateway of
 * `packages/gateway`. The planes meet over HTTP only.
 */
export class Installation {
  readonly simulator: ModelSimulator;
  readonly portal: Portal;
  /** A connection of its own to the control plane's database. */
  readonly ledger: Knex;
  gateway: Gateway;
  readonly #database: HarnessDatabase;
  readonly #addresses: Addresses;
  readonly #gatewayPort: number;

  static async start(options: {
    database: DatabaseId;
    budgetsUsd: Record<string, string>;
  }): Promise<Installation> {
    const simulator = await startModelSimulator({ port: 0, models: 'any' });
    const database = await createDatabase(options.database);
    const addresses = {
      portalPort: await freePort(),
      gatewayBackendPort: await freePort(),
    };
    const gatewayPort = await freePort();
    const portal = await startPortal({
      addresses,
      database,
      budgetsUsd: options.budgetsUsd,
    });
    const gateway = await startGateway({
      addresses,
      upstreamUrl: simulator.url,
      gatewayPort,
      database,
    });
    return new Installation(
      { simulator, portal, gateway },
      { database, addresses, gatewayPort },
    );
  }

  private constructor(
    parts: { simulator: ModelSimulator; portal: Portal; gateway: Gateway },
    settings: {
      database: HarnessDatabase;
      addresses: Addresses;
      gatewayPort: number;
    },
  ) {
    this.simulator = parts.simulator;
    this.portal = parts.portal;
    this.gateway = parts.gateway;
    this.#database = settings.database;
    this.#addresses = settings.addresses;
    this.#gatewayPort = settings.gatewayPort;
    this.ledger = settings.database.connect();
  }

  /** The real client, as an application would make it. */
  openai(options: { apiKey?: string; maxRetries?: number } = {}): OpenAI {
    return new OpenAI({
      apiKey: options.apiKey ?? this.portal.keySecret,
      baseURL: this.gateway.url,
      maxRetries: options.maxRetries ?? 0,
      // the test runner forbids the global fetch; this one is the same code
      fetch: undiciFetch as typeof globalThis.fetch & typeof undiciFetch,
    });
  }

  /** Starts a new gateway process on the folder of the old one, which must have ended. */
  async restartGateway(): Promise<void> {
    this.gateway = await startGateway({
      addresses: this.#addresses,
      upstreamUrl: this.simulator.url,
      gatewayPort: this.#gatewayPort,
      database: this.#database,
      dataDirectory: this.gateway.dataDirectory,
    });
  }

  async stop(): Promise<void> {
    await this.gateway.stop();
    await this.portal.stop();
    await this.ledger.destroy();
    await this.simulator.close();
    await this.gateway.remove();
    await this.#database.remove();
  }
}
