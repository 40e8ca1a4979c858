"""Configuration of gunicorn for one of several web processes behind a proxy."""

import os

bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"  # inside its container
wsgi_app = "backend.config.wsgi:application"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
timeout = 60
graceful_timeout = 20
max_requests = 10_000
max_requests_jitter = 1_000
control_socket_disable = True
forwarded_allow_ips = "*"  # only the proxy reaches this port; Django decides what to believe
