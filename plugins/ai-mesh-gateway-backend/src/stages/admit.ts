import { invariant, Limits } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { AttemptHolder } from '../attempts/AttemptHolder';
import { Call } from '../Call';
import { Stage } from '../pipeline';
import { LimitSubject, RateLimits } from '../rateLimits';
import { Candidate } from '../routing/Plan';

/** About how many bytes of a request make a token. */
const BYTES_PER_TOKEN = 4;
/** Counted for an answer whose length the caller does not bound, until its real length is known. */
const USUAL_ANSWER_TOKENS = 1024;

/**
 * Stage 4. Counts the call against every limit, and holds the dearest that it can cost before anything is sent.
 * Waits only for a shared store of limits, or, when the lease at hand is too small, for the control plane.
 */
export function createAdmitStage(options: {
  holder: AttemptHolder;
  rateLimits: RateLimits;
}): Stage {
  const { holder, rateLimits } = options;
  return {
    name: 'admit',
    run(call) {
      if (!call.plan) return undefined; // nothing to pay for
      const subjects = subjectsOf(call);
      const grant =
        subjects.length === 0
          ? undefined
          : rateLimits.admit(subjects, expectedTokens(call));
      if (grant instanceof Promise) {
        return grant.then(granted => {
          call.grant = granted;
          return holder.hold(call, firstCandidate(call));
        });
      }
      call.grant = grant;
      return holder.hold(call, firstCandidate(call));
    },
  };
}

function firstCandidate(call: Call): Candidate {
  const { plan } = call;
  invariant(plan !== undefined, 'a call without a plan');
  const first = plan.first();
  if (first) {
    return call.caching?.hit ? { ...first, because: 'cache' } : first;
  }
  const remainingMs = call.deadlineAtMs - Date.now();
  const standIn = plan.next('error', { remainingMs });
  if (standIn) {
    call.fallbackCause = 'error';
    return standIn;
  }
  throw plan.refusal();
}

/** As OpenAI counts before a call: a quarter of the bytes, and the bound of the answer. */
function expectedTokens({ body, fields }: Call): number {
  const input = Math.ceil((body?.length ?? 0) / BYTES_PER_TOKEN);
  const output = fields?.maxOutputTokens ?? USUAL_ANSWER_TOKENS;
  return input + output * (fields?.choices ?? 1);
}

/** Who is limited: mostly nobody. */
function subjectsOf({ key, model, snapshot }: Call): LimitSubject[] {
  const subjects: LimitSubject[] = [];
  if (!key || !model || !snapshot) return subjects;
  const { applicationRef, departmentRef } = key;
  add(subjects, 'key', key.id, key.limits);
  const application = snapshot.applicationLimits.get(applicationRef);
  add(subjects, 'application', applicationRef, application);
  const department = snapshot.departments.get(departmentRef);
  add(subjects, 'department', departmentRef, department?.limits);
  add(subjects, 'model', model.name, model.limits);
  return subjects;
}

function add(
  subjects: LimitSubject[],
  kind: LimitSubject['kind'],
  id: string,
  limits: Limits | undefined,
): void {
  if (
    limits?.requestsPerMinute !== undefined ||
    limits?.tokensPerMinute !== undefined ||
    limits?.parallelRequests !== undefined
  ) {
    subjects.push({ kind, id, limits });
  }
}
