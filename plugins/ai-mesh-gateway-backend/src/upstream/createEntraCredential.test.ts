import * as identity from '@azure/identity';
import { createEntraCredential } from './createEntraCredential';

it.each([
  [
    { tenantId: 'tenant', clientId: 'client', clientSecret: 'secret' },
    identity.ClientSecretCredential,
  ],
  [{ managedIdentityClientId: 'identity' }, identity.ManagedIdentityCredential],
  [{ tenantId: 'tenant', clientId: 'client' }, identity.DefaultAzureCredential],
  [{}, identity.DefaultAzureCredential],
])('%j is who %p says', async (options, kind) => {
  await expect(
    createEntraCredential(options, async () => identity),
  ).resolves.toBeInstanceOf(kind);
});
