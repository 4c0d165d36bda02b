import { JsonObject } from '@backstage/types';
import {
  ModelSimulator,
  ModelSimulatorOptions,
  startModelSimulator,
} from '@sovereign-ai-mesh/model-simulator';
import { Limits } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
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
  portal: Portal;
  /** A connection of its own to the control plane's database. */
  readonly ledger: Knex;
  gateway: Gateway;
  readonly #database: HarnessDatabase;
  readonly #addresses: Addresses;
  readonly #budgetsUsd: Record<string, string>;
  readonly #replicas: Gateway[] = [];

  static async start(options: {
    database: DatabaseId;
    budgetsUsd: Record<string, string>;
    simulator?: ModelSimulatorOptions;
    /** Of a proxy between the control plane and its database server. */
    databasePort?: number;
    moreKeySecrets?: readonly string[];
    keyLimits?: Limits;
    /** Further settings of `aiMeshGateway`. */
    gatewaySettings?: JsonObject;
  }): Promise<Installation> {
    const simulator = await startModelSimulator({
      port: 0,
      models: 'any',
      ...options.simulator,
    });
    const database = await createDatabase(options.database);
    const addresses = {
      portalPort: await freePort(),
      gatewayBackendPort: await freePort(),
    };
    const gatewayPort = await freePort();
    const portal = await startPortal({
      ...options,
      addresses,
      database:
        options.databasePort === undefined
          ? database
          : database.behind(options.databasePort),
    });
    const gateway = await startGateway({
      addresses,
      upstreamUrl: simulator.url,
      gatewayPort,
      database,
      settings: options.gatewaySettings,
    }).catch(async error => {
      // nobody else knows of what runs already
      await portal.stop('SIGKILL');
      await simulator.close();
      await database.remove();
      throw error;
    });
    return new Installation(
      { simulator, portal, gateway },
      { database, addresses, budgetsUsd: options.budgetsUsd },
    );
  }

  private constructor(
    parts: { simulator: ModelSimulator; portal: Portal; gateway: Gateway },
    settings: {
      database: HarnessDatabase;
      addresses: Addresses;
      budgetsUsd: Record<string, string>;
    },
  ) {
    this.simulator = parts.simulator;
    this.portal = parts.portal;
    this.gateway = parts.gateway;
    this.#database = settings.database;
    this.#addresses = settings.addresses;
    this.#budgetsUsd = settings.budgetsUsd;
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
    this.gateway = await this.gateway.revive();
  }

  /** Starts a new control plane on the database of the old one, which must have ended. */
  async restartPortal(): Promise<void> {
    this.portal = await startPortal({
      addresses: this.#addresses,
      database: this.#database,
      budgetsUsd: this.#budgetsUsd,
      keySecret: this.portal.keySecret,
    });
  }

  /** Starts one more gateway, with a folder of its own. */
  async startReplica(): Promise<Gateway> {
    const replica = await startGateway({
      addresses: {
        ...this.#addresses,
        gatewayBackendPort: await freePort(),
      },
      upstreamUrl: this.simulator.url,
      gatewayPort: await freePort(),
      database: this.#database,
    });
    this.#replicas.push(replica);
    return replica;
  }

  async stop(): Promise<void> {
    for (const replica of this.#replicas) {
      await replica.stop();
      await replica.remove();
    }
    await this.gateway.stop();
    await this.portal.stop();
    await this.ledger.destroy();
    await this.simulator.close();
    await this.gateway.remove();
    await this.#database.remove();
  }
}
