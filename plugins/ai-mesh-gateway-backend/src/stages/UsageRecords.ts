import {
  invariant,
  UsageRecordMessage,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Call } from '../Call';
import { UsageLine } from '../prices/usageLines';
import { CompiledKey, CompiledModel } from '../snapshot/CompiledSnapshot';

/** What the usage records of one key and model have in common, as JSON. */
interface CommonText {
  /** Members of the record. */
  members: string;
  /** Member of each line. */
  priceVersion: string;
}

/**
 * Usage records as JSON. What is the same for every call of a key and model is put into words once, and goes
 * with the key: it lives as long as the snapshot does.
 */
export class UsageRecords {
  readonly #common = new WeakMap<CompiledKey, Map<CompiledModel, CommonText>>();

  /** The same content as `JSON.stringify` of a {@link UsageRecordMessage}. */
  textOf(call: Call, nowMs: number): string {
    const { key, model, hold, usage } = call;
    invariant(key !== undefined && model !== undefined, 'a call without a key');
    invariant(
      hold !== undefined && usage !== undefined,
      'a call without usage',
    );
    const { members, priceVersion } = this.#commonOf(key, model);
    const leaseId = JSON.stringify(hold.lease.id);
    const occurredAt = new Date(call.startedAtMs).toISOString();
    const durationMs = Math.max(0, Math.round(nowMs - call.startedAtMs));
    const streamed = call.answer?.kind === 'stream';
    let lines = '';
    for (const line of usage.lines) {
      lines += `${lines === '' ? '' : ','}${lineText(line, priceVersion)}`;
    }
    return (
      `{"requestId":"${call.id}","attempt":1,${members},"leaseId":${leaseId},` +
      `"occurredAt":"${occurredAt}","durationMs":${durationMs},` +
      `"streamed":${streamed},"estimated":${usage.estimated},"lines":[${lines}]}`
    );
  }

  #commonOf(key: CompiledKey, model: CompiledModel): CommonText {
    let ofKey = this.#common.get(key);
    if (!ofKey) {
      ofKey = new Map();
      this.#common.set(key, ofKey);
    }
    let common = ofKey.get(model);
    if (!common) {
      common = commonText(key, model);
      ofKey.set(model, common);
    }
    return common;
  }
}

function commonText(key: CompiledKey, model: CompiledModel): CommonText {
  const members = {
    keyId: key.id,
    applicationRef: key.applicationRef,
    departmentRef: key.departmentRef,
    model: model.name,
    targetId: model.target.id,
  } satisfies Partial<UsageRecordMessage>;
  const { priceVersionId } = model.target;
  return {
    members: JSON.stringify(members).slice(1, -1),
    priceVersion: JSON.stringify({ priceVersionId }).slice(1, -1),
  };
}

function lineText(line: UsageLine, priceVersion: string): string {
  return `{"tokenClass":"${line.tokenClass}","tokens":"${line.tokens}",${priceVersion},"costPicoUsd":"${line.costPicoUsd}"}`;
}
