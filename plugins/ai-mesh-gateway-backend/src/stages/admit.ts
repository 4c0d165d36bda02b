import { Call } from '../Call';
import { CallerGoneError } from '../errors';
import { Hold } from '../leases/Lease';
import { Leases } from '../leases/Leases';
import { Stage } from '../pipeline';
import {
  inputTokensBound,
  outputTokensBound,
  worstCase,
} from '../prices/worstCase';

/**
 * Stage 4. Holds the dearest this call can cost before anything is sent. Waits only when the lease at
 * hand is too small, for the control plane's answer.
 */
export function createAdmitStage(options: { leases: Leases }): Stage {
  return {
    name: 'admit',
    run(call) {
      const { key, model, target, fields, body } = call;
      if (!key || !model || !target || !fields || !body) return undefined; // nothing to pay for
      call.inputTokensBound = inputTokensBound(body.length, fields);
      call.maxOutputTokens = outputTokensBound(
        model,
        fields,
        call.inputTokensBound,
      );
      const worst = worstCase(target.rates, {
        input: call.inputTokensBound,
        output: call.maxOutputTokens * fields.choices,
      });
      const hold = options.leases.tryHold(key.departmentRef, worst);
      if (hold) return take(call, hold);
      return options.leases
        .waitForHold(key.departmentRef, worst)
        .then(granted => {
          take(call, granted);
          if (call.callerGone) throw new CallerGoneError();
        });
    },
  };

  function take(call: Call, hold: Hold): void {
    call.hold = hold;
    // settled, failed or aborted: nothing stays held, except when the usage could not be recorded
    call.onEnd(() => {
      if (!call.keepHold) options.leases.release(hold);
    });
  }
}
