import fs from 'node:fs';
import path from 'node:path';
import { invariant, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { generateKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { testSnapshot } from '../../__testUtils__/startTestGateway';
import { MemoryControlPlane } from '../../link/MemoryControlPlane';
import { Replica } from './Replica';

/** What is left of a call of the property test when nobody looks after it any more. */
interface Truth {
  /** Dearest that it can cost. */
  amount: bigint;
  /** What its provider will ask for it. */
  bill: bigint;
  /**
   * `in-flight`: its gateway lives. `recording`: its end is being put on record. `settled`: it is. `lost`: its gateway
   * died before. `unsure`: its gateway died while it was put on record.
   */
  state: 'in-flight' | 'recording' | 'settled' | 'lost' | 'unsure';
  replica: Replica;
}

/** Several gateways on one budget, and what their calls truly cost. */
export class World {
  readonly key = generateKey();
  readonly snapshot = testSnapshot(this.key);
  readonly budget: bigint;
  readonly controlPlane: MemoryControlPlane;
  readonly truth = new Map<string, Truth>();
  readonly replicas: Replica[] = [];
  readonly #directory: string;
  readonly #pause: () => Promise<void>;
  #lives = 0;
  /** Grants of whose answer nobody heard. */
  lostGrants = 0;

  constructor(options: {
    directory: string;
    budget: bigint;
    replicas: number;
    endGameBelow: bigint;
    /** Lets others go first. */
    pause: () => Promise<void>;
  }) {
    this.budget = options.budget;
    this.#directory = options.directory;
    this.#pause = options.pause;
    this.controlPlane = new MemoryControlPlane({
      snapshot: this.snapshot,
      budgetPicoUsd: picoUsd(options.budget),
      endGame: {
        belowPicoUsd: picoUsd(options.endGameBelow),
        replicas: options.replicas,
      },
    });
    for (let slot = 0; slot < options.replicas; slot++) {
      this.replicas.push(this.#begin(slot));
    }
  }

  pause(): Promise<void> {
    return this.#pause();
  }

  /** `kill -9`, and a new life with what its journal had. */
  crash(slot: number): void {
    const former = this.replicas[slot];
    former.die();
    for (const call of this.truth.values()) {
      if (call.replica !== former) continue;
      if (call.state === 'in-flight') call.state = 'lost';
      if (call.state === 'recording') call.state = 'unsure';
    }
    this.replicas[slot] = this.#begin(slot, former);
  }

  /** One call from its hold to its bill. */
  async call(
    slot: number,
    id: string,
    call: { amount: bigint; billShare: number; isVoid: boolean },
  ): Promise<void> {
    const replica = this.replicas[slot];
    const { amount } = call;
    const hold = await replica.hold(picoUsd(amount));
    if (!hold || replica.isDead) return;
    hold.lease.dispatch(hold);
    const bill = call.isVoid ? 0n : (amount * BigInt(call.billShare)) / 100n;
    const truth: Truth = { amount, bill, state: 'in-flight', replica };
    this.truth.set(id, truth);
    await this.#pause();
    if (replica.isDead) return;
    if (call.isVoid) {
      replica.leases.release(hold);
      this.truth.delete(id);
      return;
    }
    truth.state = 'recording';
    await replica.record(hold, id, picoUsd(bill));
    if (replica.isDead) return;
    truth.state = 'settled';
    replica.leases.settle(hold, picoUsd(bill));
  }

  /** I1, I2, I3, and what they are for: nothing is spent that the budget does not have. */
  check(): void {
    const { controlPlane, budget } = this;
    const { leftPicoUsd, leasedPicoUsd, bookedPicoUsd } = controlPlane;
    invariant(leftPicoUsd >= 0n, 'I1: more is leased than there is');
    invariant(
      leftPicoUsd + leasedPicoUsd + bookedPicoUsd === budget,
      'I1: money came or went',
    );
    for (const { heldLeases } of this.replicas) {
      for (const lease of heldLeases) {
        const taken = lease.heldPicoUsd + lease.spentPicoUsd;
        invariant(
          taken <= lease.grantedPicoUsd,
          'I2: more is taken than was granted',
        );
      }
    }
    let spent = 0n;
    for (const { state, amount, bill } of this.truth.values()) {
      invariant(bill <= amount, 'I3: a bill above its hold');
      spent += state === 'in-flight' || state === 'recording' ? amount : bill;
    }
    invariant(spent <= budget, 'more is spent than there was');
  }

  /** The faults are over: everything is delivered and handed back. */
  async end(): Promise<void> {
    for (const replica of this.replicas) {
      replica.heal();
      await replica.leases.shutDown();
      await replica.journal.close();
    }
    this.check();
    const { records, leasedPicoUsd } = this.controlPlane;
    let lost = 0n;
    let settled = 0n;
    for (const [id, { state, bill }] of this.truth) {
      const isBooked = records.has(id);
      invariant(state !== 'settled' || isBooked, 'a call was lost');
      invariant(state !== 'lost' || !isBooked, 'who booked it?');
      if (isBooked) settled += bill;
      else lost += bill;
    }
    const known = [...this.truth.keys()].filter(id => records.has(id));
    invariant(records.size === known.length, 'somebody made a call up');
    invariant(
      this.controlPlane.bookedPicoUsd === settled,
      'something was booked twice',
    );
    // what nobody saw the end of stays taken
    invariant(leasedPicoUsd >= lost, 'less is kept than may be billed');
    const isFaultless =
      this.#lives === this.replicas.length && this.lostGrants === 0;
    invariant(!isFaultless || leasedPicoUsd === 0n, 'money was forgotten');
  }

  #begin(slot: number, former?: Replica): Replica {
    this.#lives += 1;
    const directory = path.join(this.#directory, `life-${this.#lives}`);
    // a copy: what the dead still do to theirs is not seen
    if (former) fs.cpSync(former.directory, directory, { recursive: true });
    return new Replica({ world: this, directory, name: `gateway-${slot}` });
  }
}
