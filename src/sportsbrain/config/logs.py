"""Lines of the log as JSON, each with the id of the request that it was written for."""

import json
import logging
from typing import Any

from sportsbrain.wall.cause import cause, request_id, trace_id


class JsonFormatter(logging.Formatter):
    """One line of JSON for each record, with the id of its request or of its cause."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "text": record.getMessage(),
        }
        if request_id.get():
            line["request"] = request_id.get()
        elif cause():
            line["cause"] = cause()
        if trace_id.get():
            line["trace_id"] = trace_id.get()
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
