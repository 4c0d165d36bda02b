import {
  Alert,
  Button,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Select,
  Switch,
  Tab,
  TabList,
  TabPanel,
  Tabs,
} from '@backstage/ui';
import { IssuedKey, ModelKind } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useState } from 'react';
import { CodeBlock } from '../../components/CodeBlock';
import { KeyChoices } from './keys.hooks';
import styles from './keys.module.css';
import { LANGUAGES } from './snippetParts';
import { snippetsOf } from './snippets';

/** The secret, once, with a first call in three languages. */
export function IssuedKeyPanel(props: {
  issued: IssuedKey;
  choices: KeyChoices;
  onClose: () => void;
}) {
  const { issued, choices } = props;
  return (
    <>
      <DialogHeader>{`Key “${issued.key.name}” is issued`}</DialogHeader>
      <DialogBody>
        <div className={styles.secret}>
          <Alert
            status="warning"
            icon
            title="You will not see this secret again"
            description="Copy it now to where your application keeps its secrets. Only a hash of it is kept."
          />
          <div role="group" aria-label="Secret">
            <CodeBlock text={issued.secret} copyLabel="Copy secret" />
          </div>
          <FirstCall issued={issued} choices={choices} />
        </div>
      </DialogBody>
      <DialogFooter>
        <Button variant="primary" onPress={props.onClose}>
          Done
        </Button>
      </DialogFooter>
    </>
  );
}

function FirstCall(props: { issued: IssuedKey; choices: KeyChoices }) {
  const { choices, issued } = props;
  const { models } = issued.key;
  const [model, setModel] = useState(models[0]);
  const [isStreaming, setStreaming] = useState(false);
  const kind = kindOf(choices, model);
  const snippets = snippetsOf({
    baseUrl: choices.info.gatewayBaseUrl,
    secret: issued.secret,
    model,
    kind,
    isStreaming,
  });
  return (
    <div className={styles.firstCall}>
      {/* Beside the tabs, not in them: they would take its entries for tabs. */}
      {models.length > 1 && (
        <Select
          label="A first call of"
          options={models.map(name => ({ id: name, label: name }))}
          value={model}
          onChange={name => setModel(String(name))}
        />
      )}
      <Tabs>
        <div className={styles.snippetHead}>
          <TabList aria-label="A first call">
            {LANGUAGES.map(language => (
              <Tab key={language} id={language}>
                {language}
              </Tab>
            ))}
          </TabList>
          {kind === 'chat' && (
            <Switch
              label="Streaming"
              isSelected={isStreaming}
              onChange={setStreaming}
            />
          )}
        </div>
        {LANGUAGES.map(language => (
          <TabPanel key={language} id={language}>
            <CodeBlock
              text={snippets[language]}
              copyLabel={`Copy ${language} snippet`}
            />
          </TabPanel>
        ))}
      </Tabs>
    </div>
  );
}

function kindOf(choices: KeyChoices, name: string): ModelKind {
  return choices.models.find(model => model.name === name)?.kind ?? 'chat';
}
