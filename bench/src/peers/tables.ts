import type { Connection } from 'mysql2/promise'
import { holdMs } from './reservation-store.js'

const statements = [
  `CREATE TABLE IF NOT EXISTS area (
     show_id VARCHAR(80) NOT NULL, area_id VARCHAR(64) NOT NULL, capacity INT NOT NULL, taken INT NOT NULL, price_minor BIGINT NOT NULL,
     PRIMARY KEY (show_id, area_id)) ENGINE = InnoDB`,
  `CREATE TABLE IF NOT EXISTS reservation (
     reservation_id CHAR(36) NOT NULL, show_id VARCHAR(80) NOT NULL, area_id VARCHAR(64) NOT NULL, customer_id VARCHAR(64) NOT NULL,
     quantity INT NOT NULL, total_minor BIGINT NOT NULL, held_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
     PRIMARY KEY (reservation_id)) ENGINE = InnoDB`,
  `CREATE TABLE IF NOT EXISTS idempotency (
     customer_id VARCHAR(64) NOT NULL, idempotency_key VARCHAR(255) NOT NULL, reservation_id CHAR(36) NOT NULL, created_at BIGINT NOT NULL,
     PRIMARY KEY (customer_id, idempotency_key)) ENGINE = InnoDB`,
  'DROP PROCEDURE IF EXISTS reserve',
  `CREATE PROCEDURE reserve(IN p_customer VARCHAR(64), IN p_key VARCHAR(255), IN p_reservation CHAR(36), IN p_show VARCHAR(80),
                            IN p_area VARCHAR(64), IN p_quantity INT, IN p_now BIGINT)
   BEGIN
     DECLARE v_price BIGINT;
     DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
     START TRANSACTION;
     INSERT INTO idempotency VALUES (p_customer, p_key, p_reservation, p_now);
     SELECT price_minor INTO v_price FROM area WHERE show_id = p_show AND area_id = p_area;
     INSERT INTO reservation VALUES (p_reservation, p_show, p_area, p_customer, p_quantity, v_price * p_quantity, p_now, p_now + ${holdMs});
     UPDATE area SET taken = taken + p_quantity WHERE show_id = p_show AND area_id = p_area AND taken + p_quantity <= capacity;
     IF ROW_COUNT() = 1 THEN COMMIT; SELECT v_price * p_quantity AS total; ELSE ROLLBACK; SELECT NULL AS total; END IF;
   END`,
]

/** The peers' tables and procedure, in the connection's database. */
export async function createTables(connection: Connection): Promise<void> {
  for (const statement of statements) await connection.query(statement)
}
