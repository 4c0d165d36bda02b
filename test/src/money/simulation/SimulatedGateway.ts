import {
  PicoUsd,
  UsageRecordMessage,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import {
  compileSnapshot,
  CompiledScope,
  ControlPlane,
  Hold,
  Journal,
  Leases,
} from '@sovereign-ai-mesh/plugin-ai-mesh-gateway-backend/testUtils';
import {
  CentralBudget,
  DEPARTMENT_REF,
  PRICE_VERSION_ID,
} from './CentralBudget';
import { VirtualTime } from './VirtualTime';

/** Usage is collected for so long; more than a real gateway does, to spare the database. */
const COLLECT_MS = 2000;
/** Where others wait for its money. */
const HURRY_MS = 250;
const SWEEP_MS = 1000;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** The leases and the journal of one gateway, in virtual time. */
export class SimulatedGateway {
  readonly #time: VirtualTime;
  readonly #controlPlane: ControlPlane;
  readonly #journal: Journal;
  readonly #leases: Leases;
  readonly #scope: CompiledScope;
  #delivering: Promise<void> = Promise.resolve();
  #deliveredAtMs = 0;
  #isUrgent = false;
  #isOpen = true;

  constructor(options: {
    central: CentralBudget;
    replicaId: string;
    directory: string;
    time: VirtualTime;
  }) {
    const { central, time, directory, replicaId } = options;
    this.#time = time;
    this.#controlPlane = central.connect(replicaId);
    this.#journal = Journal.open({ directory, logger: SILENT });
    this.#leases = new Leases({
      replicaId,
      controlPlane: this.#controlPlane,
      journal: this.#journal,
      logger: SILENT,
      clock: () => time.nowMs,
      callMs: 600_000,
      flushUsage: () => this.#deliver(),
      hurryUsage: () => this.#hurry(),
      onEvent: () => {},
      sleep: ms => time.sleep(ms),
    });
    [this.#scope] = compileSnapshot(central.snapshot).scopes.values();
    central.onSnapshot(snapshot =>
      this.#leases.recall(compileSnapshot(snapshot)),
    );
    this.#every(SWEEP_MS, () => this.#leases.sweep());
    this.#every(COLLECT_MS, () => {
      this.#deliver().catch(() => {});
    });
  }

  /** @throws GatewayError when the budget does not cover it */
  hold(amount: PicoUsd): Hold | Promise<Hold> {
    return (
      this.#leases.tryHold(this.#scope, amount) ??
      this.#leases.waitForHold(this.#scope, amount)
    );
  }

  async settle(hold: Hold, requestId: string, bill: PicoUsd): Promise<void> {
    const leaseId = hold.lease.id;
    const text = JSON.stringify(recordOf(requestId, leaseId, bill));
    await this.#time.instantly(() =>
      this.#journal.settled({ leaseId, costPicoUsd: bill, text }),
    );
    this.#leases.settle(hold, bill);
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#leases.shutDown();
    await this.#journal.close();
  }

  /** As the real delivery: at once, and then so often at most. */
  #hurry(): void {
    if (this.#isUrgent) return;
    this.#isUrgent = true;
    const sinceMs = this.#time.nowMs - this.#deliveredAtMs;
    this.#time.after(Math.max(0, HURRY_MS - sinceMs), () => {
      this.#deliver().catch(() => {});
    });
  }

  #deliver(): Promise<void> {
    this.#delivering = this.#delivering.then(() => this.#deliverAll());
    return this.#delivering;
  }

  async #deliverAll(): Promise<void> {
    this.#isUrgent = false;
    this.#deliveredAtMs = this.#time.nowMs;
    const { signal } = new AbortController();
    for (;;) {
      const usages = await this.#time.instantly(() =>
        this.#journal.readOldest(),
      );
      if (!usages) return;
      const { texts: records, through } = usages;
      await this.#controlPlane.sendUsage(
        { replicaId: '', records },
        { signal },
      );
      this.#journal.acknowledged(through);
      this.#leases.sweep();
    }
  }

  #every(intervalMs: number, work: () => void): void {
    this.#time.after(intervalMs, () => {
      if (!this.#isOpen) return;
      work();
      this.#every(intervalMs, work);
    });
  }
}

function recordOf(
  requestId: string,
  leaseId: string,
  bill: PicoUsd,
): UsageRecordMessage {
  return {
    requestId,
    attempt: 1,
    keyId: 'AbCdEfGhIjKl',
    applicationRef: 'component:default/support-bot',
    departmentRef: DEPARTMENT_REF,
    model: 'model',
    targetId: 'model',
    leaseId,
    occurredAt: '2026-11-22T12:00:00.000Z',
    durationMs: 1,
    streamed: false,
    estimated: false,
    lines: [
      {
        tokenClass: 'input',
        tokens: bill.toString(),
        priceVersionId: PRICE_VERSION_ID,
        costPicoUsd: bill.toString(),
      },
    ],
  };
}
