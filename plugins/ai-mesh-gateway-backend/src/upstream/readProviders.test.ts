import { ConfigReader } from '@backstage/config';
import { readProviders } from './readProviders';

type Settings = NonNullable<ConstructorParameters<typeof ConfigReader>[0]>;

const CANARY = 'secret-canary';
const OPENAI = {
  type: 'openai',
  baseUrl: 'https://api.openai.com/v1',
  apiKey: CANARY,
};
const AZURE = {
  type: 'azure-openai',
  baseUrl: 'https://halden.openai.azure.com',
};
const COMPATIBLE = {
  type: 'openai-compatible',
  baseUrl: 'https://models.example.com/v1',
};

function read(provider: Settings) {
  return readProviders(new ConfigReader({ x: provider })).x;
}

describe('the configuration of providers', () => {
  it('may be absent', () => {
    expect(readProviders(undefined)).toEqual({});
  });

  it.each([
    OPENAI,
    { ...OPENAI, type: 'anthropic', baseUrl: 'https://api.anthropic.com' },
    COMPATIBLE,
    {
      ...COMPATIBLE,
      baseUrl: 'http://llama.models.svc:8000/v1',
      allowPrivateAddress: true,
      headers: { Authorization: 'Basic abc', 'X-9': 'nine' },
    },
    { ...AZURE, apiKey: CANARY, apiVersion: '2024-10-21' },
    { ...AZURE, api: 'v1', entra: {} },
    {
      ...AZURE,
      entra: { tenantId: 't', clientId: 'c', clientSecret: CANARY },
    },
    { ...AZURE, entra: { managedIdentityClientId: 'm' } },
  ])('is read as it stands: %j', provider => {
    expect(read(provider)).toMatchObject(provider);
  });

  it.each<[Settings, string]>([
    [
      { ...OPENAI, type: 'bedrock' },
      'type: expected one of "openai", "azure-openai", "anthropic", "openai-compatible", current value is "bedrock"',
    ],
    [
      { ...OPENAI, baseUrl: 'api.openai.com' },
      'baseUrl: expected an address such as https://api.openai.com/v1, current value is "api.openai.com"',
    ],
    [
      { ...OPENAI, baseUrl: `ftp://${CANARY}@x.com` },
      'baseUrl: expected an address such as https://api.openai.com/v1',
    ],
    [
      { ...OPENAI, baseUrl: `https://u:${CANARY}@api.openai.com` },
      'baseUrl: expected an address without a user, a query and a fragment',
    ],
    [
      { ...OPENAI, baseUrl: `https://api.openai.com/v1?key=${CANARY}` },
      'baseUrl: expected an address without a user, a query and a fragment',
    ],
    [
      { ...OPENAI, baseUrl: 'http://[::ffff:10.0.0.1]:8000/v1' },
      'baseUrl: expected a public address, but "[::ffff:a00:1]:8000" is a private address; set allowPrivateAddress: true beside it if it is meant',
    ],
    [
      {
        ...OPENAI,
        baseUrl: 'http://169.254.169.254/latest',
        allowPrivateAddress: true,
      },
      'baseUrl: expected the address of a provider, but "169.254.169.254" is a metadata address of a cloud',
    ],
    [
      { ...OPENAI, apiKey: undefined },
      'apiKey: expected a key; a server that needs none is of the type "openai-compatible"',
    ],
    [
      { ...OPENAI, apiKey: `${CANARY}\n` },
      'apiKey: expected no line break and no control character',
    ],
    [AZURE, 'apiKey: expected a key, or entra instead'],
    [
      { ...AZURE, apiKey: CANARY, entra: {} },
      'apiKey: expected either it or entra',
    ],
    [
      { ...AZURE, apiKey: CANARY, api: 'v2' },
      'api: expected "deployments" or "v1", current value is "v2"',
    ],
    [
      { ...AZURE, entra: { clientSecret: CANARY } },
      'entra.clientSecret: expected tenantId and clientId too',
    ],
    [
      { ...AZURE, entra: { managedIdentityClientId: 'm', clientId: 'c' } },
      'entra.managedIdentityClientId: expected either it alone, or tenantId and clientId',
    ],
    [
      { ...AZURE, entra: { tenant: 't' } },
      'entra.tenant: this provider has no such setting, expected one of "tenantId"',
    ],
    [
      { ...OPENAI, apiVersion: '2024-10-21' },
      'apiVersion: this provider has no such setting, expected one of "type"',
    ],
    [
      { ...OPENAI, allowPrivateAdress: true },
      'allowPrivateAdress: this provider has no such setting',
    ],
    [{ ...OPENAI, headers: 'x' }, 'headers: expected names and values'],
    [
      { ...OPENAI, headers: { 'a b': CANARY } },
      'headers.a b: expected a header name',
    ],
    [{ ...OPENAI, headers: { 'x-a': 1 } }, 'headers.x-a: expected a text'],
    [
      { ...OPENAI, headers: { 'x-a': `${CANARY}\r\nx-b: c` } },
      'headers.x-a: expected no line break and no control character',
    ],
    [
      { ...OPENAI, headers: { Host: 'x' } },
      'headers.Host: expected another header: the gateway sets this one',
    ],
    [
      { ...OPENAI, headers: { Authorization: CANARY } },
      'headers.Authorization: expected either it or the apiKey or entra beside it',
    ],
  ])('says what is expected instead of %j', (provider, message) => {
    let problem = '';
    try {
      read(provider);
    } catch (error) {
      problem = String(error);
    }
    expect(problem).toContain(
      `InputError: Cannot use aiMeshGateway.providers.x.${message}`,
    );
    expect(problem).not.toContain(CANARY);
  });
});
