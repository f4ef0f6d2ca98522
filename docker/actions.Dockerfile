# The action server.
FROM python:3.11-slim
RUN pip install --no-cache-dir uv && useradd --uid 10001 --create-home instructrec
WORKDIR /app
COPY pyproject.toml README.md ./
COPY locks locks
RUN uv venv .venv && uv pip install --no-cache -r pyproject.toml --extra actions --extra postgres -c locks/app.txt
COPY docker/healthcheck.py docker/healthcheck.py
COPY data data
COPY actions actions
RUN mkdir /var/lib/instructrec && chown instructrec /var/lib/instructrec
ENV PYTHONPATH=/app PYTHONUNBUFFERED=1 INSTRUCTREC_HOME=/var/lib/instructrec INSTRUCTREC_BIND=0.0.0.0
USER 10001
VOLUME /var/lib/instructrec
EXPOSE 5055
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s --retries=4 \
  CMD [".venv/bin/python", "docker/healthcheck.py", "http://127.0.0.1:5055/health"]
CMD [".venv/bin/python", "-m", "actions"]
