import { IncomingHttpHeaders } from 'node:http';
import { RequestClassifier } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { Specialist, World } from './__testUtils__/World';
import {
  CLASSIFIER_MS,
  findSpecialist,
  SpecialistQuestion,
} from './findSpecialist';

/** A classifier that says what it is told to. */
function classifier(
  id: string,
  isSimple: RequestClassifier['isSimple'],
): [string, RequestClassifier] {
  return [id, { id, isSimple }];
}

describe('findSpecialist', () => {
  function find(
    rules: Specialist[],
    options: {
      headers?: IncomingHttpHeaders;
      body?: string;
      allowed?: string[];
      classifiers?: Array<[string, RequestClassifier]>;
    } = {},
  ) {
    const world = new World({
      models: [
        { name: 'large', routing: { specialists: rules } },
        { name: 'small' },
        { name: 'tiny' },
        { name: 'vectors', kind: 'embedding' },
      ],
      allowed: options.allowed,
    });
    const body = Buffer.from(options.body ?? '{"messages":[]}');
    const question: SpecialistQuestion = {
      snapshot: world.snapshot,
      key: world.key,
      body,
      json: JSON.parse(body.toString()),
      match: { route: { name: 'chat' } },
      request: { headers: options.headers ?? {} },
    };
    const found = findSpecialist(
      question,
      world.model('large'),
      new Map(options.classifiers),
    );
    return found instanceof Promise
      ? found.then(model => model?.name)
      : found?.name;
  }

  it('takes the first whose conditions all hold', () => {
    const rules = [
      { model: 'tiny', maxBodyBytes: 5 },
      { model: 'small', tasks: ['classify'], maxBodyBytes: 100 },
      { model: 'tiny', tasks: ['classify'] },
    ];
    const headers = { 'x-ai-mesh-task': 'classify' };
    expect(find(rules, { headers })).toBe('small');
    expect(find(rules, { headers, body: `"${'x'.repeat(99)}"` })).toBe('tiny');
    expect(find(rules)).toBeUndefined();
  });

  it('goes by the route', () => {
    expect(find([{ model: 'small', routes: ['chat'] }])).toBe('small');
    expect(find([{ model: 'small', routes: ['response'] }])).toBeUndefined();
  });

  it('never takes a model that the key may not use, of another kind, or that is not there', () => {
    expect(find([{ model: 'small' }], { allowed: ['large'] })).toBeUndefined();
    expect(find([{ model: 'vectors' }])).toBeUndefined();
    expect(find([{ model: 'gone' }])).toBeUndefined();
  });

  it('asks the classifier', async () => {
    const rules = [{ model: 'small', classifier: 'judge' }];
    const judged = (isSimple: RequestClassifier['isSimple']) =>
      find(rules, { classifiers: [classifier('judge', isSimple)] });
    expect(await judged(() => true)).toBe('small');
    expect(await judged(() => false)).toBeUndefined();
    expect(await judged(async () => true)).toBe('small');
    expect(await judged(async () => false)).toBeUndefined();
    expect(find(rules)).toBeUndefined();
  });

  it('takes the next specialist when a classifier that needs time says no', async () => {
    const rules = [{ model: 'tiny', classifier: 'judge' }, { model: 'small' }];
    const classifiers = [classifier('judge', async () => false)];
    expect(await find(rules, { classifiers })).toBe('small');
  });

  it('takes a classifier that fails, or is late, for one that says no', async () => {
    const rules = [{ model: 'small', classifier: 'judge' }];
    const broken = new Error('the classifier broke');
    const judged = (isSimple: RequestClassifier['isSimple']) =>
      find(rules, { classifiers: [classifier('judge', isSimple)] });
    expect(
      await judged(() => {
        throw broken;
      }),
    ).toBeUndefined();
    expect(await judged(() => Promise.reject(broken))).toBeUndefined();
    const before = performance.now();
    expect(await judged(() => new Promise(() => {}))).toBeUndefined();
    expect(performance.now() - before).toBeLessThan(10 * CLASSIFIER_MS);
  });
});
