import {
  invariant,
  UsageRecordMessage,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Attempt, SettledUsage } from '../Attempt';
import { Call } from '../Call';
import { UsageLine } from '../prices/usageLines';
import {
  CompiledKey,
  CompiledModel,
  CompiledTarget,
} from '../snapshot/CompiledSnapshot';
import { IsoTime } from './IsoTime';

/** What the usage records of one key and target have in common, as JSON. */
interface CommonText {
  /** Members of the record. */
  members: string;
  /** Of the lines, but for those at another price of the target. */
  priceVersionId: string;
  /** As a member of a line. */
  priceVersion: string;
}

/**
 * Usage records as JSON. What is the same for every call of a key at a target is put into words once, and goes
 * with the key: it lives as long as the snapshot does.
 */
export class UsageRecords {
  readonly #common = new WeakMap<
    CompiledKey,
    Map<CompiledTarget, CommonText>
  >();
  readonly #time = new IsoTime();

  /** The same content as `JSON.stringify` of a {@link UsageRecordMessage}. */
  textOf(call: Call, attempt: Attempt, nowMs: number): string {
    const { key } = call;
    const { hold, usage } = attempt;
    invariant(key !== undefined, 'a call without a key');
    invariant(
      hold !== undefined && usage !== undefined,
      'a call without usage',
    );
    const common = this.#commonOf(key, attempt);
    const occurredAt = this.#time.format(call.startedAtMs);
    const durationMs = Math.max(0, Math.round(nowMs - attempt.startedAtMs));
    const streamed = call.answer?.kind === 'stream';
    let lines = '';
    for (const line of usage.lines) {
      lines += `${lines === '' ? '' : ','}${lineText(line, common)}`;
    }
    return (
      `{"requestId":"${call.id}","attempt":${attempt.number},${common.members},` +
      `"leaseId":${hold.lease.jsonId},${reasonText(call, attempt)}` +
      `"occurredAt":"${occurredAt}","durationMs":${durationMs},` +
      `"streamed":${streamed},"estimated":${usage.estimated},${notes(
        usage,
      )}"lines":[${lines}]}`
    );
  }

  #commonOf(key: CompiledKey, { model, target }: Attempt): CommonText {
    let ofKey = this.#common.get(key);
    if (!ofKey) {
      ofKey = new Map();
      this.#common.set(key, ofKey);
    }
    let common = ofKey.get(target);
    if (!common) {
      common = commonText(key, model, target);
      ofKey.set(target, common);
    }
    return common;
  }
}

/** Why another model served than the one that was asked for; nothing where it did not. */
function reasonText(call: Call, attempt: Attempt): string {
  const { because, avoidedPicoUsd } = attempt;
  if (because === 'requested') return '';
  const reason = {
    requestedModel: call.model?.name,
    servedBecause: because,
    avoidedPicoUsd: avoidedPicoUsd?.toString(),
  } satisfies Partial<UsageRecordMessage>;
  return `${JSON.stringify(reason).slice(1, -1)},`;
}

function commonText(
  key: CompiledKey,
  model: CompiledModel,
  { id, prices }: CompiledTarget,
): CommonText {
  const members = {
    keyId: key.id,
    applicationRef: key.applicationRef,
    departmentRef: key.departmentRef,
    model: model.name,
    targetId: id,
  } satisfies Partial<UsageRecordMessage>;
  return {
    members: JSON.stringify(members).slice(1, -1),
    priceVersionId: prices.own.priceVersionId,
    priceVersion: priceText(prices.own.priceVersionId),
  };
}

function priceText(priceVersionId: string): string {
  return JSON.stringify({ priceVersionId }).slice(1, -1);
}

/** What is seldom to be said. */
function notes({ serviceTier, oddities }: SettledUsage): string {
  const tier =
    serviceTier === 'standard' ? '' : `"serviceTier":"${serviceTier}",`;
  return oddities.length === 0
    ? tier
    : `${tier}"oddities":${JSON.stringify(oddities)},`;
}

function lineText(line: UsageLine, common: CommonText): string {
  const priceVersion =
    line.priceVersionId === common.priceVersionId
      ? common.priceVersion
      : priceText(line.priceVersionId);
  return `{"tokenClass":"${line.tokenClass}","tokens":"${line.tokens}",${priceVersion},"costPicoUsd":"${line.costPicoUsd}"}`;
}
