import { randomUUID } from 'node:crypto';
import {
  PicoUsd,
  picoUsd,
  ZERO_PICO_USD,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Period } from './BudgetCalendar';
import { BudgetLevel, effectiveLimit } from './BudgetLevel';
import { rememberNeed } from './decideGrant';
import { Lease } from './Lease';
import {
  GrantDecision,
  GrantOutcome,
  GrantSituation,
  LeaseWish,
} from './LeaseStore';

/** What a gateway asks for in one request. */
export interface GrantRequest {
  replicaId: string;
  wishes: readonly LeaseWish[];
  period: Period;
  periodBefore: Period;
  now: Date;
  /** At the latest. */
  expiresAt: Date;
}

/** Decides on one wish, with what the wishes before it have left. */
export type Decide = (
  situation: GrantSituation,
  wish: LeaseWish,
) => GrantDecision;

/** The wishes of one request, one after the other, on levels that are under lock. */
export class GrantRound {
  /** What was granted. */
  readonly leases: Lease[] = [];
  /** The nodes whose end-game began. */
  readonly recalled: string[] = [];
  readonly #request: GrantRequest;
  readonly #replicas: number;
  readonly #levels: ReadonlyMap<string, BudgetLevel>;

  constructor(
    request: GrantRequest,
    levels: readonly BudgetLevel[],
    replicas: number,
  ) {
    this.#request = request;
    this.#replicas = replicas;
    this.#levels = new Map(levels.map(level => [level.id, level]));
  }

  /** Grants or refuses, and changes the levels accordingly. */
  grant(wish: LeaseWish, decide: Decide): GrantOutcome {
    const levels = wish.nodeIds.flatMap(id => this.#levels.get(id) ?? []);
    const situation = { levels, replicas: this.#replicas };
    const decision = decide(situation, wish);
    for (const level of levels) {
      Object.assign(level, rememberNeed(level, wish.needed));
    }
    for (const level of decision.entering) this.#recall(level.id);
    const epoch = levels.reduce((sum, level) => sum + level.epoch, 0);
    if ('refusedBy' in decision) {
      const refusedByRef = decision.refusedBy.node.ref;
      return { outcome: 'refused', refusedByRef, epoch };
    }
    const { granted, isEndGame } = decision;
    for (const level of levels) level.leased = picoUsd(level.leased + granted);
    const lease = this.#toLease(wish, levels, granted);
    this.leases.push(lease);
    return { outcome: 'granted', lease, isEndGame, epoch };
  }

  #recall(id: string): void {
    const level = this.#levels.get(id);
    if (!level) return;
    level.endGameLimit = effectiveLimit(level);
    level.epoch += 1;
    this.recalled.push(id);
  }

  #toLease(
    wish: LeaseWish,
    levels: readonly BudgetLevel[],
    granted: PicoUsd,
  ): Lease {
    const { replicaId, period, expiresAt } = this.#request;
    const ends = levels.flatMap(({ budget }) => budget?.topUpEndsAt ?? []);
    const endsMs = [expiresAt, ...ends].map(each => each.getTime());
    return {
      id: randomUUID(),
      replicaId,
      scope: wish.scope,
      period,
      path: levels.map(level => level.id),
      granted,
      booked: ZERO_PICO_USD,
      kept: ZERO_PICO_USD,
      state: 'open',
      expiresAt: new Date(Math.min(...endsMs)),
    };
  }
}
