"""Start the database before pytest-django reads the settings."""

from sportsbrain.config.database import VAR, prepare

prepare(VAR / "test-postgres")
