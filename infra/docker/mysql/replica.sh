#!/bin/bash
# Run once by the image, on an empty data folder. Users and data come from the primary; nothing of its own may stand in the
# replica's history, and nothing may be written to it later.
set -euo pipefail
mysql --user=root --password="$MYSQL_ROOT_PASSWORD" <<SQL
RESET BINARY LOGS AND GTIDS;
CHANGE REPLICATION SOURCE TO SOURCE_HOST='mysql-primary', SOURCE_PORT=3306, SOURCE_USER='onsale_replication',
  SOURCE_PASSWORD='$ONSALE_SQL_REPLICATION_PASSWORD', SOURCE_AUTO_POSITION=1, SOURCE_CONNECT_RETRY=1, GET_SOURCE_PUBLIC_KEY=1;
SET PERSIST super_read_only = ON;
SQL
