// Why something was left out, and what was assumed: the closed lists, and a sentence of each. They name kinds of trouble; where it
// was is said beside them, and no cell of data ever is.

export const skipSays = {
  no_member: "the row names no member",
  damaged_member_id: "the member's id looks changed by a spreadsheet",
  no_date: "the row has no date",
  not_a_date: "the date cannot be read",
  ambiguous_date: "the date reads both as month/day and as day/month",
  other_date_format: "the date is not in the order of the others",
  empty: "the cell is empty",
  not_a_number: "the value is no number",
  thousands_separator: "a separator in the number may be of thousands or decimals",
  unknown_unit: "the unit is not this metric's",
  ragged_row: "the row has not as many cells as the header",
  stray_quote: "a quote stands where none may",
  no_values: "the row gives no value",
  totals_row: "the row holds totals of other rows",
  other_table: "the line is of no table that could be read",
  unclear_unit: "the column's numbers look like another unit than this export's",
  damaged_record: "the record does not decode",
  no_device_yet: "the date is before 1990 or after 2200: a clock was not set",
  in_the_future: "the date is still to come: a clock was wrong",
  ends_before_it_starts: "it ends before it starts",
  longer_than_a_day: "it lasts longer than a day and a half, so that it belongs to no day",
  not_measured: "the source says that the value is not valid",
  unstated_unit: "the file does not say in which unit it is",
  unnamed_series: "neither record nor file name says what it measures",
  other_statistic: "it is a minimum or another statistic that no metric is",
  many_devices: "the file has a hundred other devices",
  other_account: "it is of another account than the first",
  counted_already: "the same stands in another record of the export",
} as const;

export type SkipReason = keyof typeof skipSays;

export const noteSays = {
  truncated: "the file ends in the middle: what stands before was used",
  checksum: "the file's checksum is wrong: it may be damaged",
  other_encoding: "the file is not UTF-8 and was read in an older encoding",
  repaired_dates: "dates that a spreadsheet had turned round were turned back",
  attribute_changed: "a member has two values of an attribute: the later was used",
  serial_dates: "dates are a spreadsheet's numbers, read as days since 1899-12-30",
  decimal_comma: "a comma stands before the column's decimals",
  thousands: "the mark in the column's numbers was read as of thousands",
  minutes_and_seconds: "times such as 45:30 were read as minutes and seconds",
  unit_from_header: "the column's unit was taken from its name",
  night_from_start: "the column's times are of the evening: nights begin then, and belong to the day of waking",
  zone_inferred: "times since 1970 are midnights of one place: its days were used",
  near_twin_ids: "ids differ only in case, spaces, leading zeros or form of letters: they were kept apart",
  column_missing: "the file has no column for this part of the mapping",
  one_member: "files that name nobody were taken for one member's: --member from-file makes each its own",
  coordinates_dropped: "positions were left out",
  no_times: "tracks without times are plans, not what was done",
  numbers_as_text: "numbers in quotes were read as numbers",
  time_of_making: "records that say only when they were made are of that time",
  still_to_come: "dates are still to come: a clock was wrong, or day and month changed places",
  other_kinds: "records of kinds without a metric were left out",
  damaged: "a part of the file cannot be read and was left out",
} as const;

export type NoteKind = keyof typeof noteSays;
