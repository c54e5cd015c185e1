#!/bin/bash
# Run once by the image, on an empty data folder. Every database of ours begins with onsale_.
set -euo pipefail
mysql --user=root --password="$MYSQL_ROOT_PASSWORD" <<SQL
CREATE USER 'onsale_app'@'%' IDENTIFIED BY '$ONSALE_SQL_APP_PASSWORD';
GRANT ALL PRIVILEGES ON \`onsale\\_%\`.* TO 'onsale_app'@'%';
CREATE USER 'onsale_read'@'%' IDENTIFIED BY '$ONSALE_SQL_READ_PASSWORD';
GRANT SELECT ON \`onsale\\_%\`.* TO 'onsale_read'@'%';
GRANT REPLICATION CLIENT ON *.* TO 'onsale_read'@'%';
CREATE USER 'onsale_replication'@'%' IDENTIFIED BY '$ONSALE_SQL_REPLICATION_PASSWORD';
GRANT REPLICATION SLAVE ON *.* TO 'onsale_replication'@'%';
CREATE USER 'onsale_monitor'@'%' IDENTIFIED BY '$ONSALE_SQL_MONITOR_PASSWORD';
GRANT PROCESS, REPLICATION CLIENT ON *.* TO 'onsale_monitor'@'%';
SQL
