"""The ASGI application."""

import os
import warnings

from django.core.asgi import get_asgi_application

from sportsbrain.config import tracing
from sportsbrain.config.database import use_pool
from sportsbrain.ui.leaving import end_streams_with_us

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sportsbrain.config.settings")
# static files are read from disk in one go: small, and the answer of WhiteNoise is synchronous
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")
tracing.begin("serve")  # before the pages' own middleware is made
application = get_asgi_application()
use_pool()
end_streams_with_us()
