/** Why one report was not taken (draft-ietf-ppm-dap-18 section 9.3.4), by its code. */
export const reportErrors = {
  batch_collected: 1,
  report_replayed: 2,
  report_dropped: 3,
  hpke_unknown_config_id: 4,
  hpke_decrypt_error: 5,
  vdaf_verify_error: 6,
  task_expired: 7,
  invalid_message: 8,
  report_too_early: 9,
  task_not_started: 10,
  outdated_config: 11,
  // From draft 19 on.
  unknown_verification_key_id: 12,
} as const;
