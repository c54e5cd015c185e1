#!/bin/bash
# Healthy when both replication threads run.
status=$(MYSQL_PWD=$MYSQL_ROOT_PASSWORD mysql --host=127.0.0.1 --user=root --execute='SHOW REPLICA STATUS\G') || exit 1
[[ $status == *'Replica_IO_Running: Yes'* && $status == *'Replica_SQL_Running: Yes'* ]]
