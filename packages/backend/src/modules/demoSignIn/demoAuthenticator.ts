import { NotAllowedError } from '@backstage/errors';
import { createProxyAuthenticator } from '@backstage/plugin-auth-node';
import type { DemoPerson } from '../../demo/readDemoConfig';

/** The request header in which the sign-in page names the chosen person. */
export const DEMO_PERSON_HEADER = 'x-demo-person';

/** Takes the caller's word for who they are, as long as they name one of the demo's people. */
export function createDemoAuthenticator(options: { people: DemoPerson[] }) {
  const { people } = options;
  return createProxyAuthenticator({
    defaultProfileTransform: async ({ person }: { person: DemoPerson }) => ({
      profile: { displayName: person.name },
    }),
    initialize() {},
    async authenticate({ req }) {
      const id = req.header(DEMO_PERSON_HEADER)?.toLowerCase();
      const person = people.find(each => each.id === id);
      if (!person) {
        const known = people.map(each => each.id).join(', ');
        throw new NotAllowedError(
          `Cannot sign in: the demo knows only ${known}`,
        );
      }
      return { result: { person } };
    },
  });
}
