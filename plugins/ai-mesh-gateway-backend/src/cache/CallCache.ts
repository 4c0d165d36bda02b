import { Call } from '../Call';
import { CompiledModel } from '../snapshot/CompiledSnapshot';
import { AnswerRecording } from './AnswerRecording';
import { readCacheControl } from './cacheControl';
import { cacheKeyOf } from './cacheKey';
import { CacheHit, ExactCache } from './ExactCache';

/** What the cache has to do with a call. */
export interface CallCaching {
  key: string;
  /** The answer of an earlier, equal call. */
  hit: CacheHit | undefined;
  /** The bytes of a stream on their way to the caller, to be stored. */
  recording: AnswerRecording | undefined;
  mayPut: boolean;
}

/** The exact cache, as calls use it: only for models whose routing turns it on. */
export class CallCache {
  readonly #cache: ExactCache;
  readonly #revisions = new WeakMap<CompiledModel, string>();

  constructor(cache: ExactCache) {
    this.#cache = cache;
  }

  /** Looks for the answer of an equal call. */
  open(call: Call): void {
    const { model, key, fields, body, match, form } = call;
    if (model?.routing.cacheSeconds === undefined) return;
    const { name } = match.route;
    if (
      !key ||
      !fields ||
      !body ||
      form ||
      name === 'models' ||
      name === 'model'
    )
      return;
    const { mayFind, mayPut } = readCacheControl(
      call.request.headers['cache-control'],
    );
    if (!mayFind && !mayPut) return;
    const cacheKey = cacheKeyOf({
      scope: {
        departmentRef: key.departmentRef,
        applicationRef: key.applicationRef,
        models: [...key.models],
        criticality: call.criticality,
      },
      route: name,
      model: model.name,
      modelRevision: this.#revisionOf(model),
      stream: fields.stream,
      body,
    });
    if (cacheKey === undefined) return;
    const hit = mayFind ? this.#cache.find(cacheKey) : undefined;
    const isRecorded = mayPut && !hit && fields.stream;
    call.caching = {
      key: cacheKey,
      hit,
      recording: isRecorded
        ? new AnswerRecording(this.#cache.maxEntryBytes)
        : undefined,
      mayPut,
    };
  }

  /** Stores the answer of a call that went well, exactly as it was delivered. */
  close(call: Call): void {
    const { caching, answer, attempt, model, failure } = call;
    const seconds = model?.routing.cacheSeconds;
    if (!caching?.mayPut || caching.hit || seconds === undefined) return;
    const usage = attempt?.outcome?.usage;
    const isWhole = attempt?.outcome?.end === 'answered';
    const { costPicoUsd } = attempt ?? {};
    if (failure || !isWhole || !usage || costPicoUsd === undefined) return;
    if (attempt?.because !== 'requested') return; // a stand-in's answer is not the model's
    const stored = deliveredBytes(call);
    if (!stored) return;
    const contentType =
      answer?.kind === 'whole' ? answer.contentType : 'text/event-stream';
    this.#cache.put(
      caching.key,
      {
        contentType,
        body: stored,
        servedModel: attempt.model.name,
        usage,
        costPicoUsd,
      },
      seconds,
    );
  }

  /** Another one when something else serves the model: a promotion ends its old answers. */
  #revisionOf(model: CompiledModel): string {
    let revision = this.#revisions.get(model);
    if (revision === undefined) {
      const targets = model.targets.map(({ id, providerModel, stage }) => [
        id,
        providerModel,
        stage,
      ]);
      revision = JSON.stringify(targets);
      this.#revisions.set(model, revision);
    }
    return revision;
  }
}

function deliveredBytes({ answer, caching, tail }: Call): Buffer | undefined {
  if (answer?.kind === 'whole') {
    // memory of its own: a piece of a read would keep all of that from being freed
    return answer.status === 200
      ? Buffer.from(new Uint8Array(answer.body))
      : undefined;
  }
  if (tail) caching?.recording?.add(tail);
  return caching?.recording?.bytes();
}
