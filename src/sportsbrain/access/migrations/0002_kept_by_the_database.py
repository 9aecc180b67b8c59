"""What the database itself refuses: rights outside a category, one too many, cards of nobody."""

from django.db import migrations

RIGHTS = """
ALTER TABLE access_cardright
  ADD CONSTRAINT card_right_of_the_cards_category
    FOREIGN KEY (card_id, category_id) REFERENCES access_card (id, category_id) ON DELETE CASCADE,
  ADD CONSTRAINT card_right_in_the_matrix
    FOREIGN KEY (right_id, category_id) REFERENCES access_categoryright (id, category_id);
"""
NO_RIGHTS = """
ALTER TABLE access_cardright
  DROP CONSTRAINT card_right_of_the_cards_category,
  DROP CONSTRAINT card_right_in_the_matrix;
"""
# Approved registrations are counted where they are kept. Quotas are locked in the order of their
# keys, so that writers of several quotas can not wait for each other in a ring.
QUOTAS = """
CREATE TYPE access_delta AS (client_id bigint, category_id bigint, delta bigint);

CREATE FUNCTION access_follow_quotas(deltas access_delta[]) RETURNS void AS $$
DECLARE
  missing record;
BEGIN
  PERFORM 1 FROM access_quota q
    JOIN unnest(deltas) d ON d.client_id = q.client_id AND d.category_id = q.category_id
    ORDER BY q.id FOR UPDATE OF q;
  UPDATE access_quota q SET used = used + d.delta
    FROM unnest(deltas) d
    WHERE d.client_id = q.client_id AND d.category_id = q.category_id AND d.delta <> 0;
  SELECT c.code AS client, k.code AS category INTO missing
    FROM unnest(deltas) d
    JOIN access_client c ON c.id = d.client_id
    JOIN access_category k ON k.id = d.category_id
    WHERE d.delta > 0 AND NOT EXISTS (
      SELECT 1 FROM access_quota q
      WHERE q.client_id = d.client_id AND q.category_id = d.category_id)
    LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'quota_is_kept: % has no quota in category %', missing.client, missing.category
      USING ERRCODE = 'check_violation', CONSTRAINT = 'quota_is_kept';
  END IF;
END $$ LANGUAGE plpgsql;

CREATE FUNCTION access_registration_inserted() RETURNS trigger AS $$
BEGIN
  PERFORM access_follow_quotas(array_agg(ROW(client_id, category_id, n)::access_delta))
    FROM (SELECT client_id, category_id, count(*) AS n FROM new_rows
          WHERE registration_state = 'approved' GROUP BY 1, 2) s HAVING count(*) > 0;
  RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE FUNCTION access_registration_deleted() RETURNS trigger AS $$
BEGIN
  PERFORM access_follow_quotas(array_agg(ROW(client_id, category_id, -n)::access_delta))
    FROM (SELECT client_id, category_id, count(*) AS n FROM old_rows
          WHERE registration_state = 'approved' GROUP BY 1, 2) s HAVING count(*) > 0;
  RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE FUNCTION access_registration_updated() RETURNS trigger AS $$
DECLARE
  held record;
BEGIN
  PERFORM access_follow_quotas(array_agg(ROW(client_id, category_id, n)::access_delta))
    FROM (SELECT client_id, category_id, sum(n) AS n FROM (
            SELECT client_id, category_id, 1 AS n FROM new_rows
              WHERE registration_state = 'approved'
            UNION ALL
            SELECT client_id, category_id, -1 FROM old_rows
              WHERE registration_state = 'approved') b
          GROUP BY 1, 2 HAVING sum(n) <> 0) s HAVING count(*) > 0;
  SELECT r.number INTO held FROM new_rows r
    JOIN access_card c ON c.registration_id = r.id AND c.card_state = 'valid'
    WHERE r.registration_state <> 'approved' OR r.category_id <> c.category_id LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'card_of_the_approved: registration % has a valid card: cancel it first',
      held.number USING ERRCODE = 'check_violation', CONSTRAINT = 'card_of_the_approved';
  END IF;
  RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER registration_inserted AFTER INSERT ON access_registration
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION access_registration_inserted();
CREATE TRIGGER registration_deleted AFTER DELETE ON access_registration
  REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION access_registration_deleted();
CREATE TRIGGER registration_updated AFTER UPDATE ON access_registration
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION access_registration_updated();
"""
NO_QUOTAS = """
DROP TRIGGER registration_inserted ON access_registration;
DROP TRIGGER registration_deleted ON access_registration;
DROP TRIGGER registration_updated ON access_registration;
DROP FUNCTION access_registration_inserted();
DROP FUNCTION access_registration_deleted();
DROP FUNCTION access_registration_updated();
DROP FUNCTION access_follow_quotas(access_delta[]);
DROP TYPE access_delta;
"""
CARDS = """
CREATE FUNCTION access_card_kept() RETURNS trigger AS $$
DECLARE
  person record;
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM 1 FROM access_registration WHERE id = NEW.registration_id FOR SHARE;
    PERFORM 1 FROM access_backgroundcheck WHERE registration_id = NEW.registration_id FOR SHARE;
    SELECT r.registration_state, r.category_id, k.needs_check, b.check_state INTO person
      FROM access_registration r
      JOIN access_category k ON k.id = r.category_id
      LEFT JOIN access_backgroundcheck b ON b.registration_id = r.id
      WHERE r.id = NEW.registration_id;
    IF person.registration_state <> 'approved' OR person.category_id <> NEW.category_id THEN
      RAISE EXCEPTION 'card_of_the_approved: card % is of nobody approved in its category',
        NEW.number USING ERRCODE = 'check_violation', CONSTRAINT = 'card_of_the_approved';
    END IF;
    IF person.needs_check AND person.check_state IS DISTINCT FROM 'clear' THEN
      RAISE EXCEPTION 'card_of_the_cleared: card % is of somebody whose check is not clear',
        NEW.number USING ERRCODE = 'check_violation', CONSTRAINT = 'card_of_the_cleared';
    END IF;
    RETURN NEW;
  END IF;
  IF (OLD.number, OLD.registration_id, OLD.category_id, OLD.issue, OLD.starts_at, OLD.ends_before)
     IS DISTINCT FROM
     (NEW.number, NEW.registration_id, NEW.category_id, NEW.issue, NEW.starts_at, NEW.ends_before)
     OR (OLD.card_state <> 'valid' AND NEW.card_state = 'valid') THEN
    RAISE EXCEPTION 'card_is_kept: card % is never edited: issue another', OLD.number
      USING ERRCODE = 'check_violation', CONSTRAINT = 'card_is_kept';
  END IF;
  RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER card_kept BEFORE INSERT OR UPDATE ON access_card
  FOR EACH ROW EXECUTE FUNCTION access_card_kept();
CREATE FUNCTION access_kept() RETURNS trigger AS $$
BEGIN
  RAISE EXCEPTION 'card_is_kept: rights of a card and reads of people are never edited'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'card_is_kept';
END $$ LANGUAGE plpgsql;
CREATE TRIGGER card_right_kept BEFORE UPDATE ON access_cardright
  FOR EACH ROW EXECUTE FUNCTION access_kept();
"""
NO_CARDS = """
DROP TRIGGER card_kept ON access_card;
DROP TRIGGER card_right_kept ON access_cardright;
DROP FUNCTION access_card_kept();
DROP FUNCTION access_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [
        migrations.RunSQL(RIGHTS, NO_RIGHTS),
        migrations.RunSQL(QUOTAS, NO_QUOTAS),
        migrations.RunSQL(CARDS, NO_CARDS),
    ]
