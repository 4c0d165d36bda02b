export { chatToMessages } from './chatToMessages';
export { messagesToChat } from './messagesToChat';
export { SseSplitter } from './SseSplitter';
export type { SseEvent } from './SseSplitter';
export type {
  RequestOptions,
  StreamTranslation,
  Translation,
} from './Translation';
