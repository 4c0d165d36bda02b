import { Attempt, Outcome } from '../Attempt';
import { Call } from '../Call';
import { toGatewayError } from '../errors';
import { CallMetrics } from './GatewayMetrics';

/** Ends after which an attempt has not served. */
const NOT_SERVED: ReadonlySet<Outcome['end']> = new Set([
  'refused',
  'filtered',
]);

/**
 * What is counted of a call that is over. Tokens and cost are of all its attempts, and counted for the model that
 * served it at last.
 *
 * @param options.providerNames - by id of the provider, as `genAiProviderName` names them
 */
export function measureCall(
  call: Call,
  options: { nowMs: number; providerNames: ReadonlyMap<string, string> },
): CallMetrics {
  const { attempt, firstByteAtMs, startedAtMs } = call;
  const isStream = call.answer?.kind === 'stream';
  const hasServed = attempt?.outcome && !NOT_SERVED.has(attempt.outcome.end);
  const measured: CallMetrics = {
    route: call.match.route.name,
    requestedModel: call.model?.name ?? '',
    servedModel: hasServed ? attempt.model.name : '',
    provider: providerOf(attempt, options.providerNames),
    departmentRef: call.key?.departmentRef ?? '',
    errorCode: errorCodeOf(call),
    durationMs: options.nowMs - startedAtMs,
    firstByteMs:
      isStream && firstByteAtMs !== undefined
        ? firstByteAtMs - startedAtMs
        : undefined,
    inputTokens: 0,
    outputTokens: 0,
    costPicoUsd: 0n,
    servedBecause: attempt?.because ?? 'requested',
  };
  for (const each of call.attempts) addUsage(measured, each);
  return measured;
}

function addUsage(measured: CallMetrics, attempt: Attempt): void {
  measured.costPicoUsd += attempt.costPicoUsd ?? 0n;
  measured.inputTokens += attempt.usage?.inputTokens ?? 0;
  measured.outputTokens += attempt.usage?.outputTokens ?? 0;
}

function providerOf(
  attempt: Attempt | undefined,
  names: ReadonlyMap<string, string>,
): string {
  if (!attempt?.dispatched) return '';
  const { provider } = attempt.target;
  return names.get(provider) ?? provider;
}

/** A provider's refusal that went to the caller as it came has no code of ours: its status stands for it. */
function errorCodeOf(call: Call): string | undefined {
  if (call.callerGone) return 'caller_gone';
  if (call.failure) return toGatewayError(call.failure).code;
  const { statusCode } = call.response;
  return statusCode >= 400 ? String(statusCode) : undefined;
}
