import { ExportedFile } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** Hands a file that was fetched to the browser, which saves it where the reader wants it. */
export function saveFile(file: ExportedFile): void {
  const address = URL.createObjectURL(file.content);
  const link = document.createElement('a');
  link.href = address;
  link.download = file.name;
  link.click();
  URL.revokeObjectURL(address);
}
