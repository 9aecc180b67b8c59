"""A version never changes but in its state: the database refuses."""

from django.db import migrations

CREATE = """
CREATE FUNCTION plans_version_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.games_id, NEW.planner, NEW.number, NEW.problem_hash, NEW.seed, NEW.solver, NEW.objective,
        NEW.bound, NEW.terms, NEW.faults, NEW.items)
       IS DISTINCT FROM
       (OLD.games_id, OLD.planner, OLD.number, OLD.problem_hash, OLD.seed, OLD.solver, OLD.objective,
        OLD.bound, OLD.terms, OLD.faults, OLD.items) THEN
        RAISE EXCEPTION 'a version never changes: make a new one';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER plans_version_immutable BEFORE UPDATE ON plans_version
    FOR EACH ROW EXECUTE FUNCTION plans_version_refuse();
"""
DROP = "DROP TRIGGER plans_version_immutable ON plans_version; DROP FUNCTION plans_version_refuse();"


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
