import {
  LeaseResult,
  PicoUsd,
  UsageRecordMessage,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { TestLogger } from '../../__testUtils__/startTestGateway';
import { GatewayError } from '../../errors';
import { Journal } from '../../journal/Journal';
import { ControlPlane } from '../../link/ControlPlane';
import { compileSnapshot } from '../../snapshot/CompiledSnapshot';
import { CompiledScope } from '../../snapshot/compileScopes';
import { Hold, Lease } from '../Lease';
import { Leases } from '../Leases';
import type { World } from './World';

/** A gateway's leases with a journal of their own, on a line to the control plane that may be cut. */
export class Replica {
  readonly directory: string;
  readonly journal: Journal;
  readonly leases: Leases;
  readonly heldLeases = new Set<Lease>();
  /** No exchange reaches the control plane. */
  isCutOff = false;
  /** The next exchange reaches the control plane, and its answer is lost. */
  losesAnswer = false;
  readonly #world: World;
  readonly #scope: CompiledScope;
  #delivering: Promise<void> = Promise.resolve();
  #isDead = false;
  #died: () => void = () => {};
  readonly #death = new Promise<undefined>(resolve => {
    this.#died = () => resolve(undefined);
  });

  constructor(options: { world: World; directory: string; name: string }) {
    this.#world = options.world;
    this.directory = options.directory;
    const logger = new TestLogger();
    this.journal = Journal.open({ directory: options.directory, logger });
    const { scopes } = compileSnapshot(this.#world.snapshot);
    [this.#scope] = scopes.values();
    this.leases = new Leases({
      replicaId: options.name,
      controlPlane: this.#line(),
      journal: this.journal,
      logger,
      clock: Date.now,
      callMs: 600_000,
      flushUsage: () => this.deliver(),
      hurryUsage: () => this.#deliverSoon(),
      onEvent: () => {},
      sleep: () => this.#world.pause(),
    });
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  die(): void {
    this.#isDead = true;
    this.#died();
  }

  heal(): void {
    this.isCutOff = false;
    this.losesAnswer = false;
  }

  /** @returns undefined when it was refused, or died */
  async hold(amount: PicoUsd): Promise<Hold | undefined> {
    const hold =
      this.leases.tryHold(this.#scope, amount) ??
      (await Promise.race([
        this.#death,
        this.leases.waitForHold(this.#scope, amount).catch(ignoreRefusal),
      ]));
    if (hold) this.heldLeases.add(hold.lease);
    return hold;
  }

  /** Puts the end of a call on record, from where it is delivered. */
  async record(hold: Hold, id: string, bill: PicoUsd): Promise<void> {
    const leaseId = hold.lease.id;
    const text = JSON.stringify(this.#recordOf(id, leaseId, bill));
    await this.journal.settled({ leaseId, costPicoUsd: bill, text });
    if (!this.#isDead) this.#deliverSoon();
  }

  /** Hears of the snapshot in force. */
  async recall(): Promise<void> {
    const snapshot = await this.#world.controlPlane.getSnapshot({
      since: undefined,
      waitMs: 0,
      signal: new AbortController().signal,
    });
    if (snapshot) this.leases.recall(compileSnapshot(snapshot));
  }

  /** Delivers all that there is; gives up when the control plane does not answer. */
  deliver(): Promise<void> {
    this.#delivering = this.#delivering.then(() => this.#deliverAll());
    return this.#delivering;
  }

  #deliverSoon(): void {
    this.deliver()
      .then(() => this.leases.sweep())
      .catch(() => {});
  }

  async #deliverAll(): Promise<void> {
    const controlPlane = this.#line();
    for (;;) {
      const usages = await this.journal.readOldest();
      if (!usages || this.#isDead) return;
      try {
        await controlPlane.sendUsage(
          { replicaId: 'gateway', records: usages.texts },
          { signal: new AbortController().signal },
        );
      } catch {
        return;
      }
      this.journal.acknowledged(usages.through);
    }
  }

  /** The control plane as this replica reaches it. The dead hear nothing. */
  #line(): ControlPlane {
    const { controlPlane } = this.#world;
    const exchange = async <T>(
      send: () => Promise<T>,
      onLost: (answer: T) => void = () => {},
    ): Promise<T> => {
      await this.#world.pause();
      if (this.#isDead) return new Promise<T>(() => {});
      if (this.isCutOff) throw new Error('no way to the control plane');
      const answer = await send();
      const isLost = this.losesAnswer;
      this.losesAnswer = false;
      if (isLost) onLost(answer);
      await this.#world.pause();
      if (this.#isDead) {
        if (!isLost) onLost(answer);
        return new Promise<T>(() => {});
      }
      if (isLost) throw new Error('the answer was lost');
      return answer;
    };
    const countGrants = (results: LeaseResult[]) => {
      for (const { outcome } of results) {
        if (outcome === 'granted') this.#world.lostGrants += 1;
      }
    };
    return {
      getSnapshot: options => controlPlane.getSnapshot(options),
      sendStatus: status => controlPlane.sendStatus(status),
      requestLeases: request =>
        exchange(() => controlPlane.requestLeases(request), countGrants),
      releaseLeases: release =>
        exchange(() => controlPlane.releaseLeases(release)),
      sendUsage: batch => exchange(() => controlPlane.sendUsage(batch)),
    };
  }

  #recordOf(id: string, leaseId: string, bill: PicoUsd): UsageRecordMessage {
    const { key, snapshot } = this.#world;
    const [{ applicationRef, departmentRef }] = snapshot.keys;
    return {
      requestId: id,
      attempt: 1,
      keyId: key.id,
      applicationRef,
      departmentRef,
      model: 'mini',
      targetId: 'mini@simulator',
      leaseId,
      occurredAt: '2026-11-22T10:00:00.000Z',
      durationMs: 1,
      streamed: false,
      estimated: false,
      lines: [
        {
          tokenClass: 'input',
          tokens: '1',
          priceVersionId: 'price-mini',
          costPicoUsd: bill.toString(),
        },
      ],
    };
  }
}

function ignoreRefusal(error: unknown): undefined {
  if (error instanceof GatewayError) return undefined;
  throw error;
}
