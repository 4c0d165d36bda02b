import { routeOf } from './routeOf';

const DATE = '?api-version=2025-03-01';

describe('routeOf', () => {
  it.each([
    ['chat/completions', 'chat'],
    ['completions', 'completions'],
    ['embeddings', 'embeddings'],
    ['images/generations', 'images'],
    ['audio/speech', 'speech'],
    ['audio/transcriptions', 'transcriptions'],
    ['audio/translations', 'translations'],
  ])('serves %s in all three shapes', (path, operation) => {
    const deployment = `/openai/deployments/my%20model/${path}`;

    expect(routeOf('POST', `/v1/${path}`)).toEqual({
      operation,
      dialect: 'openai',
    });
    expect(routeOf('POST', `/openai/v1/${path}?api-version=preview`)).toEqual({
      operation,
      dialect: 'azure',
    });
    expect(routeOf('POST', `${deployment}${DATE}`)).toEqual({
      operation,
      dialect: 'azure',
      deployment: 'my model',
    });
    expect(() => routeOf('POST', deployment)).toThrow(/api-version/);
    expect(() => routeOf('GET', `${deployment}${DATE}`)).toThrow(/Invalid URL/);
  });

  it.each(['responses', 'moderations'])(
    'serves %s without a deployment only',
    path => {
      expect(routeOf('POST', `/v1/${path}`).operation).toBe(path);
      expect(routeOf('POST', `/openai/v1/${path}`).dialect).toBe('azure');
      expect(() =>
        routeOf('POST', `/openai/deployments/a/${path}${DATE}`),
      ).toThrow(/Invalid URL/);
    },
  );

  it.each([
    ['POST', '/v1/messages', 'messages', 'anthropic'],
    ['POST', `/openai/responses${DATE}`, 'responses', 'azure'],
    ['GET', `/openai/models${DATE}`, 'models', 'azure'],
    ['GET', '/v1/models/house/model:7b', 'model', 'openai'],
    ['GET', '/openai/v1/models/a', 'model', 'azure'],
  ])('%s %s', (method, url, operation, dialect) => {
    expect(routeOf(method, url)).toMatchObject({ operation, dialect });
  });

  it.each([
    '/v1/constructor',
    '/openai/deployments/a/constructor?api-version=1',
    '/openai/deployments/a/?api-version=1',
    '/openai/responses',
  ])('does not serve %s', url => {
    expect(() => routeOf('POST', url)).toThrow();
  });
});
