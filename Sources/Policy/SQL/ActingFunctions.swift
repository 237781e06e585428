import SessionModel

/// Built-in functions of PostgreSQL that act, and what they count as. What is in neither this table nor `HarmlessFunctions`
/// is not known here: its statement is `unknown`.
enum ActingFunctions {
  struct Effect {
    var statementClass: StatementClass
    /// A reason beside `function:NAME`.
    var reason: String?
  }

  static func effect(of name: String) -> Effect? { table[name] }

  private static let table: [String: Effect] = {
    var table: [String: Effect] = [:]
    func add(_ names: String, _ statementClass: StatementClass, _ reason: String? = nil) {
      for name in names.split(separator: " ") {
        table[String(name)] = Effect(statementClass: statementClass, reason: reason)
      }
    }
    // Waiting harms nobody's data, but holds a connection and perhaps locks: a read that says so.
    add("pg_sleep pg_sleep_for pg_sleep_until", .read)
    add(
      "nextval setval lo_creat lo_create lo_from_bytea lo_put lowrite loread lo_open lo_close lo_lseek lo_lseek64",
      .write)
    add("lo_tell lo_tell64 pg_notify txid_current_if_needed brin_summarize_new_values brin_summarize_range", .write)
    add("brin_desummarize_range gin_clean_pending_list", .write)
    add("pg_advisory_lock pg_advisory_lock_shared pg_advisory_xact_lock pg_advisory_xact_lock_shared", .write)
    add("pg_try_advisory_lock pg_try_advisory_lock_shared pg_try_advisory_xact_lock", .write)
    add("pg_try_advisory_xact_lock_shared", .write)
    add("lo_unlink lo_truncate lo_truncate64", .destructive)
    add(
      "lo_import lo_export pg_read_file pg_read_file_old pg_read_binary_file pg_stat_file pg_ls_dir", .admin,
      "server_file")
    add("pg_ls_logdir pg_ls_waldir pg_ls_tmpdir pg_ls_archive_statusdir pg_ls_logicalmapdir", .admin, "server_file")
    add("pg_ls_logicalsnapdir pg_ls_replslotdir pg_current_logfile pg_hba_file_rules", .admin, "server_file")
    add(
      "pg_show_all_file_settings pg_ident_file_mappings pg_file_write pg_file_unlink pg_file_rename", .admin,
      "server_file")
    add("pg_terminate_backend pg_cancel_backend pg_reload_conf pg_rotate_logfile pg_rotate_logfile_old", .admin)
    add("pg_switch_wal pg_create_restore_point pg_promote pg_backup_start pg_backup_stop pg_start_backup", .admin)
    add("pg_stop_backup pg_wal_replay_pause pg_wal_replay_resume pg_log_backend_memory_contexts", .admin)
    add("pg_create_physical_replication_slot pg_create_logical_replication_slot pg_drop_replication_slot", .admin)
    add("pg_copy_physical_replication_slot pg_copy_logical_replication_slot pg_replication_slot_advance", .admin)
    add("pg_logical_slot_get_changes pg_logical_slot_get_binary_changes pg_logical_slot_peek_changes", .admin)
    add("pg_logical_slot_peek_binary_changes pg_logical_emit_message pg_replication_origin_create", .admin)
    add("pg_replication_origin_drop pg_replication_origin_advance pg_replication_origin_session_setup", .admin)
    add("pg_replication_origin_session_reset pg_replication_origin_xact_setup", .admin)
    add("pg_replication_origin_xact_reset pg_stat_reset pg_stat_reset_shared pg_stat_reset_slru", .admin)
    add("pg_stat_reset_single_table_counters pg_stat_reset_single_function_counters", .admin)
    add("pg_stat_reset_replication_slot pg_stat_reset_subscription_stats pg_import_system_collations", .admin)
    add("pg_stop_making_pinned_objects pg_nextoid", .admin)
    return table
  }()
}
