# One image for all that runs: web, worker, beat (docker-compose.yml says which is which).
# The base comes as an argument, so that a mirror or a newer Python is one word.
ARG PYTHON=python:3.13-slim

FROM ${PYTHON} AS packages
COPY requirements.lock .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM ${PYTHON}
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=backend.config.settings.production \
    DATA_DIR=/data
RUN useradd --system --uid 10001 rebond && install -d -o rebond /data
COPY --from=packages /venv /venv
WORKDIR /srv/rebond
COPY manage.py LICENSE ./
COPY backend backend
# Static files are built with settings that know no secret; none of it stays in the image.
RUN DJANGO_SETTINGS_MODULE=backend.config.settings.static python manage.py collectstatic --noinput
USER rebond
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["python", "-m", "backend.config.start"]
CMD ["web"]
