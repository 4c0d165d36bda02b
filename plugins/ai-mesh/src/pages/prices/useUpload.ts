import { useApi } from '@backstage/core-plugin-api';
import {
  PriceImport,
  PriceUpload,
  priceUploadSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useState } from 'react';
import { meshApiRef } from '../../api';
import { messageOf } from '../../utils/formErrors';
import { countOutcomes, countPrices } from './prices.utils';

/** A file on its way into the price book. */
export interface Upload {
  fileName: string;
  /** What it would change; absent before a file is chosen, and after it was taken. */
  preview?: PriceImport;
  error?: string;
  /** What was done last. */
  notice: string;
  isBusy: boolean;
  choose: (file: File) => Promise<void>;
  save: () => Promise<void>;
}

/** Reads a file that somebody chose, previews it, and takes it over. */
export function useUpload(onImported: () => void): Upload {
  const api = useApi(meshApiRef);
  const [file, setFile] = useState<PriceUpload>();
  const [preview, setPreview] = useState<PriceImport>();
  const [error, setError] = useState<string>();
  const [notice, setNotice] = useState('');
  const [isBusy, setBusy] = useState(false);

  async function during(work: () => Promise<void>) {
    setBusy(true);
    setError(undefined);
    setNotice('');
    try {
      await work();
    } catch (caught) {
      setError(messageOf(caught));
    }
    setBusy(false);
  }

  async function choose(chosen: File) {
    setPreview(undefined);
    await during(async () => {
      const content = await chosen.text();
      const checked = priceUploadSchema.safeParse({
        fileName: chosen.name,
        content,
      });
      if (!checked.success) throw new Error(checked.error.issues[0].message);
      setFile(checked.data);
      setPreview(await api.prices.preview(checked.data));
    });
  }

  async function save() {
    if (!file) return;
    await during(async () => {
      const { taken, waiting } = countOutcomes(await api.prices.import(file));
      setPreview(undefined);
      setNotice(
        `${countPrices(taken)} of ${file.fileName} taken, ${waiting} ${
          waiting === 1 ? 'waits' : 'wait'
        } for review by somebody else.`,
      );
      onImported();
    });
  }
  const { fileName = '' } = file ?? {};
  return { fileName, preview, error, notice, isBusy, choose, save };
}
