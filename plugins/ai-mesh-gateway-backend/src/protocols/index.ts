import { chat } from './chat';
import { completion } from './completion';
import { embedding } from './embedding';
import { image } from './image';
import { message } from './message';
import { moderation } from './moderation';
import { Protocol, ProtocolId } from './Protocol';
import { response } from './response';
import { speech } from './speech';
import { transcription, translation } from './transcription';

/** Every wire format that the gateway speaks. */
export const PROTOCOLS: Record<ProtocolId, Protocol> = {
  chat,
  completion,
  response,
  embedding,
  moderation,
  image,
  speech,
  transcription,
  translation,
  message,
};

export type {
  BodyEditOptions,
  Protocol,
  ProtocolId,
  RequestFields,
  StreamTap,
} from './Protocol';
export { UNREADABLE_USAGE, unitsByClass, usageOf } from './usage';
export type { ReportedUsage } from './usage';
export type { ReportedTier } from './serviceTiers';
export { audioSecondsBound } from './transcription';
export {
  editMultipart,
  formFields,
  parseMultipart,
  replaceMultipartField,
} from './multipart';
export { boundaryOf } from './multipartHead';
export type { MultipartForm, MultipartPart } from './multipart';
