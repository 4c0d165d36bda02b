import { invalid, Json, readObject, readString, untranslatable } from './json';

const BASE64 = ';base64';

/**
 * @param part - OpenAI's, of type `image_url`; `detail` is a hint that Anthropic has no word for
 * @param at - where it stands in the request
 */
export function toMessagesImage(part: Json, at: string): Json {
  const param = `${at}.image_url.url`;
  const image = readObject(part.image_url, `${at}.image_url`);
  const url = readString(image.url, param);
  return { type: 'image', source: toSource(url, param) };
}

function toSource(url: string, param: string): Json {
  if (url.startsWith('https://') || url.startsWith('http://')) {
    return { type: 'url', url };
  }
  const comma = url.indexOf(',');
  const head = url.slice(0, Math.max(comma, 0));
  if (!head.startsWith('data:') || !head.endsWith(BASE64)) {
    throw invalid(param, 'an http or https address, or data in base64');
  }
  return {
    type: 'base64',
    media_type: head.slice('data:'.length, -BASE64.length),
    data: url.slice(comma + 1),
  };
}

/**
 * @param block - Anthropic's, of type `image`
 * @param at - where it stands in the request
 */
export function toChatImage(block: Json, at: string): Json {
  const param = `${at}.source`;
  const source = readObject(block.source, param);
  return { type: 'image_url', image_url: { url: toUrl(source, param) } };
}

function toUrl(source: Json, param: string): string {
  if (source.type === 'url') return readString(source.url, `${param}.url`);
  if (source.type !== 'base64') throw untranslatable(param); // a file at Anthropic
  const mediaType = readString(source.media_type, `${param}.media_type`);
  const data = readString(source.data, `${param}.data`);
  return `data:${mediaType};base64,${data}`;
}
