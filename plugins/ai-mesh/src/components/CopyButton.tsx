import { ButtonIcon, Tooltip, TooltipTrigger } from '@backstage/ui';
import { RiCheckLine, RiFileCopyLine } from '@remixicon/react';
import { useEffect, useState } from 'react';
import useCopyToClipboard from 'react-use/esm/useCopyToClipboard';

const CONFIRMED_FOR_MS = 2_000;

/** Copies a text, and says so for a moment. */
export function CopyButton(props: { text: string; label: string }) {
  const [, copy] = useCopyToClipboard();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setCopied(false), CONFIRMED_FOR_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const label = isCopied ? 'Copied' : props.label;
  return (
    <TooltipTrigger delay={300}>
      <ButtonIcon
        size="small"
        variant="tertiary"
        aria-label={label}
        icon={isCopied ? <RiCheckLine /> : <RiFileCopyLine />}
        onPress={() => {
          copy(props.text);
          setCopied(true);
        }}
      />
      <Tooltip>{label}</Tooltip>
    </TooltipTrigger>
  );
}
