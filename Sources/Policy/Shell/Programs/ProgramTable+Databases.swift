extension ProgramTable {
  /// Databases, and the tools that migrate them.
  static let databases = """
    dropdb,dropuser : destructive drops_database
    createuser : admin privileges
    createdb : write
    pg_restore --clean|-c|--create|-C : destructive replaces_database
    pg_restore -l|--list : read
    pg_restore : write
    pg_ctl stop|restart|promote|kill : admin service
    pg_ctl status : read
    pg_ctl,pg_ctlcluster,pg_resetwal,pg_upgrade,pg_rewind,pg_basebackup,pg_dropcluster,pg_createcluster : admin service
    vacuumdb,reindexdb,clusterdb,mysqlcheck : write
    mysqladmin @value -u -h -P -p --user --host --password
    mysqladmin drop|flush-*|kill|shutdown|password|reload|refresh : destructive drops_database
    mysqladmin status|ping|version|processlist|variables|extended-status : read
    mysqladmin : write
    mysqlimport,mongoimport : write
    mongorestore --drop : destructive replaces_database
    mongorestore : write

    redis-cli @nocase
    redis-cli @value -h -p -a -n -u -s -r -i --user --pass --pattern -x
    redis-cli --scan|--bigkeys|--stat|--latency|--memkeys|--hotkeys|--version : read
    redis-cli --pipe|--eval : unknown commands_unseen
    redis-cli flushall|flushdb|swapdb : destructive flushes_database
    redis-cli shutdown|debug|replicaof|slaveof|failover|config|acl|module|bgrewriteaof|cluster|reset|monitor get|help|list|whoami|cat|info|nodes|slots : read
    redis-cli shutdown|debug|replicaof|slaveof|failover|config|acl|module|cluster|psync : admin server
    redis-cli script|function flush|delete|kill : destructive deletes_scripts
    redis-cli eval|evalsha|fcall|script|function : unknown script
    redis-cli unlink|del * * * * : destructive deletes_keys
    redis-cli get|mget|keys|scan|ttl|pttl|type|exists|hget|hgetall|hmget|lrange|llen|smembers|scard|zrange|zcard|info|ping|dbsize : read
    redis-cli strlen|getrange|hkeys|hvals|hlen|sismember|zscore|zrank|xrange|xlen|object|memory|client|slowlog|time|echo|command|latency|monitor|select|auth|lastsave|randomkey : read
    redis-cli !* : write
    redis-cli : write

    alembic @value -c --config -n --name -x
    alembic --sql : read
    alembic downgrade : destructive downgrades_schema
    alembic current|history|heads|branches|show|check : read
    alembic stamp : admin stamps_schema
    alembic : write
    prisma @value --schema --name
    prisma db push --force-reset|--accept-data-loss : destructive resets_database
    prisma migrate reset : destructive resets_database
    prisma db execute : unknown statements_from_file
    prisma migrate resolve : admin stamps_schema
    prisma migrate status|diff : read
    prisma validate|format|generate|version|studio : write
    prisma : write
    drizzle-kit @value --config
    drizzle-kit push|push:pg|push:mysql|push:sqlite --force : destructive forces_schema
    drizzle-kit drop : destructive drops_migration
    drizzle-kit check|introspect|studio : read
    drizzle-kit : write
    supabase db reset : destructive resets_database
    supabase db push --include-all : write
    supabase projects|branches|functions|secrets|storage|snippets|orgs|domains|vanity-subdomains|postgres-config|sso delete|unset|rm|remove : destructive deletes_resources
    supabase migration repair|squash|down : admin stamps_schema
    supabase stop --no-backup : destructive resets_database
    supabase status|projects|inspect|services|version : read
    supabase : write
    knex migrate:rollback|migrate:down|migrate:unlock : destructive downgrades_schema
    knex migrate:list|migrate:status|migrate:currentVersion : read
    knex : write
    sequelize,sequelize-cli db:drop|db:migrate:undo|db:migrate:undo:all|db:seed:undo|db:seed:undo:all : destructive drops_database
    sequelize,sequelize-cli : write
    typeorm schema:drop|migration:revert|schema:sync : destructive drops_database
    typeorm,typeorm-ts-node-commonjs,typeorm-ts-node-esm,doctrine-migrations : write
    mikro-orm schema:drop|schema:fresh|migration:down|migration:fresh : destructive drops_database
    mikro-orm : write
    typeorm-ts-node-commonjs,typeorm-ts-node-esm schema:drop|migration:revert : destructive drops_database
    rails,rake db:drop|db:drop:all|db:reset|db:migrate:reset|db:schema:load|db:structure:load|db:truncate_all|db:rollback|db:migrate:down|db:seed:replant|db:setup|db:purge|db:purge:all|db:test:purge|db:drop:_unsafe|*:destroy|*:purge|*:drop|*:reset : destructive drops_database
    rails runner|r : unknown inline_code
    rails console|c|dbconsole|db : unknown interactive_interpreter
    rails destroy|d : write
    rails db:version|db:migrate:status|routes|stats|about|notes|-T|middleware : read
    rails,rake : write
    manage.py,django-admin,django-admin.py flush|reset_db|sqlflush|drop_test_database|reset_schema|delete_squashed_migrations|clean_pyc|remove_stale_contenttypes|clearsessions|syncdata : destructive flushes_database
    manage.py,django-admin,django-admin.py migrate =zero : destructive downgrades_schema
    manage.py,django-admin,django-admin.py migrate --fake|--prune|--fake-initial : admin stamps_schema
    manage.py,django-admin,django-admin.py shell|shell_plus|dbshell -c|--command : unknown inline_code
    manage.py,django-admin,django-admin.py shell|shell_plus|dbshell : unknown interactive_interpreter
    manage.py,django-admin,django-admin.py createsuperuser|changepassword : admin accounts
    manage.py,django-admin,django-admin.py check|showmigrations|sqlmigrate|diffsettings|inspectdb|dumpdata|test|help|version : read
    manage.py,django-admin,django-admin.py : write
    artisan migrate:fresh|migrate:refresh|migrate:reset|migrate:rollback|db:wipe|cache:clear|queue:flush|queue:clear|tinker|horizon:clear|telescope:prune|model:prune : destructive drops_database
    artisan migrate:status|route:list|list|about|db:show|db:table|inspire : read
    artisan : write
    console doctrine:schema:drop|doctrine:database:drop|doctrine:schema:update|doctrine:fixtures:load|d:d:d|d:s:d : destructive drops_database
    console : write
    flyway clean|undo|repair : destructive drops_database
    flyway info|validate|check|version|help : read
    flyway : write
    liquibase @value --changelog-file --url --username --password --defaults-file
    liquibase drop-all|dropAll|rollback|rollback-count|rollback-to-date|rollbackCount|rollbackToDate|rollback-one-changeset|clear-checksums : destructive drops_database
    liquibase status|history|validate|diff|update-sql|rollback-sql|updateSQL : read
    liquibase : write
    dbmate @value -u --url -d --migrations-dir -e --env
    dbmate drop|rollback|down : destructive drops_database
    dbmate status : read
    goose @value -dir -table
    goose down|down-to|reset|redo : destructive downgrades_schema
    goose * * down|down-to|reset|redo : destructive downgrades_schema
    goose status|version : read
    migrate @value -path -database -source -lock-timeout
    migrate drop|down|force : destructive downgrades_schema
    migrate version : read
    atlas schema|migrate clean|down|rm|apply --auto-approve : destructive drops_database
    atlas schema clean : destructive drops_database
    atlas migrate down|rm : destructive downgrades_schema
    diesel database reset|drop : destructive drops_database
    diesel migration revert|redo : destructive downgrades_schema
    sqlx database drop|reset : destructive drops_database
    sqlx migrate revert : destructive downgrades_schema
    sea-orm-cli migrate fresh|refresh|reset|down : destructive drops_database
    phinx,doctrine,doctrine-migrations,aerich,piccolo,yoyo,refinery,tern,sqitch rollback|downgrade|revert|rebase|clean|drop|backwards : destructive downgrades_schema
    ecto.drop,ecto.reset,ecto.rollback : destructive drops_database
    mix ecto.drop|ecto.reset|ecto.rollback : destructive drops_database
    mix : write
    dotnet ef database drop : destructive drops_database
    dotnet ef database update =0 : destructive downgrades_schema
    dotnet ef migrations remove : write
    dotnet : write
    flask db downgrade|stamp : destructive downgrades_schema
    flask : write
    hasura metadata|migrate|database clear|delete|drop : destructive drops_database
    hasura,dbmate,goose,migrate,atlas,diesel,sqlx,sea-orm-cli,phinx,doctrine,aerich,piccolo,yoyo,refinery,tern,sqitch,nile : write
    cockroach sql : write
    cockroach node|quit|demo|start drain|decommission : admin server
    cockroach : write
    convex import --replace|--replace-all : destructive replaces_database
    convex : write
    elasticdump,curator_cli,curator --delete|delete_indices : destructive deletes_indices
    elasticdump,curator_cli,curator : write
    """
}
