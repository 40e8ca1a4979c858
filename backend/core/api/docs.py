"""The API's reference to read and try out, under a policy of its own."""

from csp.decorators import csp_update
from django.views.decorators.cache import cache_control
from drf_spectacular.views import SpectacularSwaggerSplitView

# Swagger styles its page inline and draws its icons from data; scripts come from this site only.
_relaxed = csp_update({"style-src": ["'self'", "'unsafe-inline'"], "img-src": ["data:"]})

api_docs = cache_control(private=True)(
    _relaxed(SpectacularSwaggerSplitView.as_view(url_name="schema"))
)
