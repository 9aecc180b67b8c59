"""What the database itself keeps: stock is the sum of its moves, postings add up, nothing is edited."""

from django.db import migrations

PARTITIONS = 8


def partitions(table: str) -> str:
    return "".join(
        f"CREATE TABLE {table}_{n} PARTITION OF {table}"
        f" FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {n});"
        for n in range(PARTITIONS)
    )


TABLES = (
    """
    CREATE SEQUENCE ledger_move_sequence CACHE 64;
    CREATE TABLE ledger_move (
        games_id bigint NOT NULL,
        sequence bigint NOT NULL DEFAULT nextval('ledger_move_sequence'),
        stock_id bigint NOT NULL,
        kind varchar(10) NOT NULL,
        on_hand integer NOT NULL DEFAULT 0,
        held integer NOT NULL DEFAULT 0,
        sold integer NOT NULL DEFAULT 0,
        ref varchar(60) NOT NULL DEFAULT '',
        moved_at timestamptz NOT NULL,
        PRIMARY KEY (games_id, sequence)
    ) PARTITION BY HASH (games_id);
    CREATE SEQUENCE ledger_entry_sequence CACHE 64;
    CREATE TABLE ledger_entry (
        games_id bigint NOT NULL,
        sequence bigint NOT NULL DEFAULT nextval('ledger_entry_sequence'),
        posting varchar(60) NOT NULL,
        account varchar(60) NOT NULL,
        currency char(3) NOT NULL,
        amount bigint NOT NULL,
        booked_at timestamptz NOT NULL,
        PRIMARY KEY (games_id, sequence)
    ) PARTITION BY HASH (games_id);
    """
    + partitions("ledger_move")
    + partitions("ledger_entry")
    + "CREATE INDEX ledger_move_of_stock ON ledger_move (stock_id);"
    " CREATE INDEX ledger_entry_of_account ON ledger_entry (games_id, account);"
)
NO_TABLES = """
DROP TABLE ledger_move; DROP TABLE ledger_entry;
DROP SEQUENCE ledger_move_sequence; DROP SEQUENCE ledger_entry_sequence;
"""
KEPT = """
ALTER TABLE ledger_stock SET (fillfactor = 40);

CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER move_append_only BEFORE UPDATE OR DELETE ON ledger_move
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON ledger_entry
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER invoice_append_only BEFORE UPDATE OR DELETE ON ledger_invoice
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse();

-- Moves change the rows they are of, in the order of the rows' keys; the CHECK of the row decides.
CREATE FUNCTION ledger_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted bigint;
  found bigint;
BEGIN
  PERFORM 1 FROM ledger_stock s
    WHERE s.id IN (SELECT stock_id FROM new_rows) ORDER BY s.id FOR UPDATE;
  WITH d AS (
    SELECT games_id, stock_id, sum(on_hand) AS on_hand, sum(held) AS held, sum(sold) AS sold
      FROM new_rows GROUP BY 1, 2)
  UPDATE ledger_stock s
    SET on_hand = s.on_hand + d.on_hand, held = s.held + d.held, sold = s.sold + d.sold
    FROM d WHERE s.id = d.stock_id AND s.games_id = d.games_id;
  GET DIAGNOSTICS found = ROW_COUNT;
  SELECT count(*) INTO wanted FROM (SELECT DISTINCT games_id, stock_id FROM new_rows) n;
  IF found <> wanted THEN
    RAISE EXCEPTION 'a move of stock that is not there' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER moved AFTER INSERT ON ledger_move
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_moved();

CREATE FUNCTION ledger_stock_by_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.on_hand <> 0 OR NEW.held <> 0 OR NEW.sold <> 0 THEN
      RAISE EXCEPTION 'stock begins empty: book a receipt' USING ERRCODE = 'restrict_violation';
    END IF;
  ELSIF pg_trigger_depth() < 2 AND
      (NEW.on_hand, NEW.held, NEW.sold) IS DISTINCT FROM (OLD.on_hand, OLD.held, OLD.sold) THEN
    RAISE EXCEPTION 'stock changes by moves alone' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER stock_by_moves BEFORE INSERT OR UPDATE ON ledger_stock
  FOR EACH ROW EXECUTE FUNCTION ledger_stock_by_moves();

CREATE FUNCTION ledger_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  off record;
BEGIN
  SELECT posting, currency, sum(amount) AS amount INTO off FROM new_rows
    GROUP BY games_id, posting, currency HAVING sum(amount) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'posting % does not add up: % %', off.posting, off.amount, off.currency
      USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_adds_up';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER balanced AFTER INSERT ON ledger_entry
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_balanced();
"""
NOT_KEPT = """
DROP TRIGGER moved ON ledger_move; DROP TRIGGER move_append_only ON ledger_move;
DROP TRIGGER balanced ON ledger_entry; DROP TRIGGER entry_append_only ON ledger_entry;
DROP TRIGGER invoice_append_only ON ledger_invoice; DROP TRIGGER stock_by_moves ON ledger_stock;
DROP FUNCTION ledger_moved(); DROP FUNCTION ledger_stock_by_moves();
DROP FUNCTION ledger_balanced(); DROP FUNCTION ledger_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunSQL(TABLES, NO_TABLES),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
