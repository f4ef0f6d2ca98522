# The ranker, and what prepares data and trains it. TORCH_BACKEND=cu130 (or another that uv knows) builds it for a GPU.
FROM python:3.11-slim
ARG TORCH_BACKEND=cpu
RUN pip install --no-cache-dir uv && useradd --uid 10001 --create-home instructrec
WORKDIR /app
COPY pyproject.toml README.md ./
COPY locks locks
RUN uv venv .venv \
  && uv pip install --no-cache --torch-backend ${TORCH_BACKEND} -r pyproject.toml --extra ranker --extra parquet \
     --extra commands -c locks/app.txt "setuptools>=70"
COPY docker/healthcheck.py docker/healthcheck.py
COPY data data
COPY bot/__init__.py bot/__init__.py
COPY bot/launch bot/launch
COPY recommender recommender
RUN uv pip install --no-cache --no-deps --no-build-isolation --editable . \
  && mkdir /var/lib/instructrec && chown instructrec /var/lib/instructrec
ENV PYTHONUNBUFFERED=1 INSTRUCTREC_HOME=/var/lib/instructrec INSTRUCTREC_BIND=0.0.0.0 TOKENIZERS_PARALLELISM=false
USER 10001
VOLUME /var/lib/instructrec
EXPOSE 5056
HEALTHCHECK --interval=15s --timeout=6s --start-period=120s --retries=4 \
  CMD [".venv/bin/python", "docker/healthcheck.py", "http://127.0.0.1:5056/readyz"]
CMD [".venv/bin/python", "-m", "recommender.serving"]
