import { Call } from '../Call';
import { Protocol, PROTOCOLS } from '../protocols';

/** What the caller speaks; OpenAI where the gateway answers by itself. */
export function protocolOf({ match }: Pick<Call, 'match'>): Protocol {
  const { name } = match.route;
  return PROTOCOLS[name === 'models' || name === 'model' ? 'chat' : name];
}
