import type { IdentityApi } from '@backstage/core-plugin-api';
import { forgetPerson } from './rememberedPerson';

/** The same identity, whose sign-out leads back to the choice of a person. */
export function forgetOnSignOut(identity: IdentityApi): IdentityApi {
  return {
    getProfileInfo: () => identity.getProfileInfo(),
    getBackstageIdentity: () => identity.getBackstageIdentity(),
    getCredentials: () => identity.getCredentials(),
    async signOut() {
      forgetPerson();
      await identity.signOut();
    },
  };
}
