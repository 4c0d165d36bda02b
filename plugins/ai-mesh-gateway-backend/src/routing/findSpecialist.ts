import { Routing } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { RequestClassifier } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { Call } from '../Call';
import { CompiledModel } from '../snapshot/CompiledSnapshot';

/** What the choice is made by. */
export type SpecialistQuestion = Pick<
  Call,
  'snapshot' | 'key' | 'body' | 'json'
> & {
  match: { route: Pick<Call['match']['route'], 'name'> };
  request: Pick<Call['request'], 'headers'>;
};

/** By their ids. */
export type Classifiers = ReadonlyMap<string, RequestClassifier>;

/** A classifier that takes longer has no say: the model that was asked for serves. */
export const CLASSIFIER_MS = 200;

/**
 * The first specialist whose conditions all hold, among those that the key may use.
 *
 * @param from - the first rule to look at
 * @returns undefined when there is none; a promise only where a classifier needs time
 */
export function findSpecialist(
  question: SpecialistQuestion,
  model: CompiledModel,
  classifiers: Classifiers,
  from = 0,
): CompiledModel | undefined | Promise<CompiledModel | undefined> {
  const { specialists } = model.routing;
  for (let index = from; index < specialists.length; index++) {
    const rule = specialists[index];
    const specialist = question.snapshot?.models.get(rule.model);
    if (specialist?.kind !== model.kind || !holds(question, rule)) continue;
    if (rule.classifier === undefined) return specialist;
    const classifier = classifiers.get(rule.classifier);
    if (!classifier || !question.json) continue;
    const isSimple = classify(classifier, question.json);
    if (isSimple === true) return specialist;
    if (isSimple === false) continue;
    return isSimple.then(simple =>
      simple
        ? specialist
        : findSpecialist(question, model, classifiers, index + 1),
    );
  }
  return undefined;
}

/** All conditions but the classifier's. */
function holds(
  { key, body, match, request }: SpecialistQuestion,
  rule: Routing['specialists'][number],
): boolean {
  const task = request.headers['x-ai-mesh-task'];
  return (
    key?.models.has(rule.model) === true &&
    (rule.tasks === undefined ||
      (typeof task === 'string' && rule.tasks.includes(task))) &&
    (rule.maxBodyBytes === undefined ||
      (body?.length ?? Infinity) <= rule.maxBodyBytes) &&
    (rule.routes === undefined || rule.routes.includes(match.route.name))
  );
}

/** A classifier that fails, or is late, says no. */
function classify(
  classifier: RequestClassifier,
  body: Readonly<Record<string, unknown>>,
): boolean | Promise<boolean> {
  try {
    const isSimple = classifier.isSimple(body);
    if (typeof isSimple === 'boolean') return isSimple;
    return withinTime(isSimple).catch(() => false);
  } catch {
    return false;
  }
}

function withinTime(answer: Promise<boolean>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), CLASSIFIER_MS);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
