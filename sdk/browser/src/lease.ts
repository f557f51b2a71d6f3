// SPDX-License-Identifier: MIT
// One tab sends at a time, and all tabs and pages keep the pause after a failure. The entry `lease` is
// `OWNER UNTIL PAUSE`: milliseconds since 1970 and milliseconds. After a failure no tab is the owner.
import type { Device } from "./device.js";
import { uuid } from "./ids.js";
import { firstPause, leaseTime, maxPause, maxWait } from "./limits.js";

export interface Lease {
  /** Milliseconds until a tab may send. */
  wait(): number;
  /** Whether this tab may send now. */
  take(): Promise<boolean>;
  /** Ends this tab's lease, if it has one, and the pauses. */
  release(): void;
  /** Begins a pause twice as long as the last one, at least so many milliseconds. Returns its length. */
  pause(atLeast: number): number;
}

export function openLease(device: Device): Lease {
  const me = uuid();
  const read = (): string[] => (device.get("lease") ?? "").split(" ");
  const write = (owner: string, wait: number, pause: number): void =>
    device.set("lease", `${owner} ${Math.ceil(Date.now() + wait)} ${pause}`);
  const lastPause = (): number => Number(read()[2]) || 0;
  return {
    wait() {
      const left = Number(read()[1]) - Date.now();
      return left > 0 && left <= maxWait ? left : 0;
    },
    async take() {
      write(me, leaseTime, lastPause());
      // A tab in another process can write at the same time. The last one wins, and both see that soon.
      await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 50));
      return read()[0] === me;
    },
    release() {
      if (read()[0] === me) device.remove("lease");
    },
    pause(atLeast) {
      const pause = Math.min(lastPause() * 2 || firstPause, maxPause);
      const wait = Math.min(Math.max(pause * (0.75 + Math.random() / 2), atLeast), maxWait);
      write("-", wait, pause);
      return wait;
    },
  };
}
