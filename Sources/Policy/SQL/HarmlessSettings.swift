/// Settings that a session may change without changing what later text means or what it may do.
enum HarmlessSettings {
  static func contains(_ name: String) -> Bool {
    names.contains(name) || name.hasPrefix("enable_") || name.hasPrefix("jit") || name.hasPrefix("geqo")
      || name.hasPrefix("debug_print_")
  }

  private static let names: Set<String> = [
    "application_name", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout",
    "idle_session_timeout", "timezone", "datestyle", "intervalstyle", "extra_float_digits", "client_min_messages",
    "bytea_output", "xmloption", "xmlbinary", "default_transaction_isolation", "default_transaction_read_only",
    "default_transaction_deferrable", "transaction_isolation", "transaction_read_only", "transaction_deferrable",
    "work_mem", "maintenance_work_mem", "temp_buffers", "hash_mem_multiplier", "random_page_cost", "seq_page_cost",
    "cpu_tuple_cost", "cpu_index_tuple_cost", "cpu_operator_cost", "effective_cache_size", "lc_messages", "lc_monetary",
    "lc_numeric", "lc_time", "synchronize_seqscans", "row_security", "escape_string_warning", "backslash_quote",
    "array_nulls", "plan_cache_mode", "cursor_tuple_fraction", "max_parallel_workers_per_gather",
    "max_parallel_workers", "check_function_bodies", "default_tablespace", "default_table_access_method",
    "temp_tablespaces", "default_text_search_config", "default_statistics_target", "gin_fuzzy_search_limit",
    "gin_pending_list_limit", "tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count",
    "tcp_user_timeout", "constraint_exclusion", "from_collapse_limit", "join_collapse_limit", "quote_all_identifiers",
    "transform_null_equals", "client_connection_check_interval", "parallel_leader_participation",
    "parallel_setup_cost", "parallel_tuple_cost", "min_parallel_table_scan_size", "min_parallel_index_scan_size",
    "track_activities", "default_with_oids", "default_toast_compression", "restrict_nonsystem_relation_kind",
  ]
}
