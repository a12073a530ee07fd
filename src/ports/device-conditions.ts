/** What a policy about syncing asks of the device. Undefined: the platform does not say. */
export interface DeviceConditions {
  /** Whether the connection costs by the byte, or its owner asked to save data. */
  metered(): Promise<boolean | undefined>;
  /** @returns level from 0 to 1 */
  battery(): Promise<{ readonly charging: boolean; readonly level: number } | undefined>;
  /** Minutes since midnight where the device is. @param now milliseconds since 1970 */
  minuteOfDay(now: number): number;
}
