import { Json } from './json';

/** An event of Anthropic's streams, as text: its name is the type of its data. */
export function writeEvent(data: Json & { type: string }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}
