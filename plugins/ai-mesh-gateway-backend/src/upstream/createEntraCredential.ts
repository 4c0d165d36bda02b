import type { TokenCredential } from '@azure/identity';
import { EntraOptions } from './ProviderOptions';

/** Azure's library is large: only a gateway that calls Azure with Entra ID loads it. */
const loadIdentity = () => import('@azure/identity');

/** Chooses the credential that the configuration asks for. */
export async function createEntraCredential(
  options: EntraOptions,
  load = loadIdentity,
): Promise<TokenCredential> {
  const { tenantId, clientId, clientSecret, managedIdentityClientId } = options;
  const identity = await load();
  if (tenantId && clientId && clientSecret) {
    return new identity.ClientSecretCredential(
      tenantId,
      clientId,
      clientSecret,
    );
  }
  if (managedIdentityClientId) {
    return new identity.ManagedIdentityCredential({
      clientId: managedIdentityClientId,
    });
  }
  return new identity.DefaultAzureCredential({
    tenantId,
    workloadIdentityClientId: clientId,
  });
}
