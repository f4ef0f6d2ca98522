# The gateway and the chat page: the only image that faces a network.
FROM node:22-slim AS page
WORKDIR /app/bot/web
COPY bot/web/package.json bot/web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY data/packs /app/data/packs
COPY bot/web ./
ARG PACKS=
RUN INSTRUCTREC_HOME=/page INSTRUCTREC_PACKS=${PACKS} npm run build

FROM python:3.11-slim
RUN pip install --no-cache-dir uv && useradd --uid 10001 --create-home instructrec
WORKDIR /app
COPY pyproject.toml README.md ./
COPY locks locks
RUN uv venv .venv && uv pip install --no-cache -r pyproject.toml --extra gateway --extra postgres --extra commands -c locks/app.txt
COPY docker/healthcheck.py docker/healthcheck.py
COPY data data
COPY bot/__init__.py bot/words.py bot/
COPY bot/channels bot/channels
COPY --from=page /page/web /app/page
RUN mkdir /var/lib/instructrec && chown instructrec /var/lib/instructrec
ENV PYTHONPATH=/app PYTHONUNBUFFERED=1 INSTRUCTREC_HOME=/var/lib/instructrec INSTRUCTREC_GATEWAY_BIND=0.0.0.0
USER 10001
VOLUME /var/lib/instructrec
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s --retries=4 \
  CMD [".venv/bin/python", "docker/healthcheck.py", "http://127.0.0.1:8080/readyz"]
CMD [".venv/bin/python", "-m", "bot.channels"]
