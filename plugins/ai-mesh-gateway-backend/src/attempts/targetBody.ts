import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Attempt } from '../Attempt';
import { Call } from '../Call';
import { editJson } from '../http/jsonMembers';
import { TOOL_CALL_BOUND } from '../prices/worstCase';
import { editMultipart } from '../protocols';
import { Passage } from './passageOf';

/** What goes to the target: the caller's own bytes, except for what has to differ. */
export function targetBody(
  call: Call,
  attempt: Attempt,
  { protocol, translation }: Passage,
  outputBoundMember: string,
): { body: Buffer; contentType: string | undefined } {
  const { body, fields, members, form, json } = call;
  invariant(
    body !== undefined && fields !== undefined,
    'a call without a body',
  );
  const { maxOutputTokens, target } = attempt;
  const { providerModel, prices } = target;
  if (translation) {
    invariant(json !== undefined, 'a translated call without JSON');
    const text = translation.request(json, {
      providerModel,
      maxOutputTokens,
      stream: fields.stream,
    });
    return { body: Buffer.from(text), contentType: undefined };
  }
  const edits = protocol.bodyEdits({
    fields,
    providerModel,
    maxOutputTokens,
    outputBoundMember: protocol.id === 'chat' ? outputBoundMember : undefined,
    toolCallBound: prices.ceilings[0].toolCall && TOOL_CALL_BOUND,
  });
  // the path names the model, and the body may name another, or none: it must not choose
  if (call.match.model !== undefined) {
    edits.set('model', JSON.stringify(providerModel));
  }
  if (form) {
    const contentType = call.request.headers['content-type'];
    return { body: editMultipart(body, form, edits), contentType };
  }
  if (edits.size === 0) return { body, contentType: undefined };
  return { body: editJson(body, members, edits), contentType: undefined };
}
