// What a device holds about its member: one bundle of values per local day. None of it ever leaves the device as it is.

/** The id of a metric of the registry, such as `steps`. */
export type MetricId = string;

/** One local day. A metric that is absent was not measured; it is not zero. */
export interface MemberDay {
  /** Days since 1970-01-01, in the member's own calendar. */
  readonly day: number;
  /** Values in the metric's unit. */
  readonly values: Readonly<Record<MetricId, number>>;
  /**
   * What happened that day and how often, by attribute and value: {"visitHours": {"mon 18": 1}}. An attribute that is absent was
   * not recorded; one without a value was, and nothing happened.
   */
  readonly events?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Bands and labels only: never a birth date, a name or a place finer than a site. */
export type Profile = Readonly<Record<string, string>>;

export interface Member {
  /** Local only: no message carries it. */
  readonly id: string;
  readonly profile: Profile;
  /** In ascending order, each day once. */
  readonly days: readonly MemberDay[];
}
