# The assistant: Rasa and its old pins, never reachable from outside.
FROM python:3.10-slim
RUN pip install --no-cache-dir uv && useradd --uid 10001 --create-home instructrec
WORKDIR /app
COPY pyproject.toml README.md ./
COPY locks locks
RUN uv venv .venv-rasa \
  && uv pip install --no-cache --python .venv-rasa -r pyproject.toml --extra assistant -c locks/assistant.txt
COPY docker/healthcheck.py docker/healthcheck.py
COPY data data
COPY bot/__init__.py bot/words.py bot/
COPY bot/assistant bot/assistant
COPY bot/launch bot/launch
RUN mkdir /var/lib/instructrec && chown instructrec /var/lib/instructrec
ENV PYTHONPATH=/app PYTHONUNBUFFERED=1 INSTRUCTREC_HOME=/var/lib/instructrec INSTRUCTREC_BIND=0.0.0.0 \
    RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3 SQLALCHEMY_SILENCE_UBER_WARNING=1 LOG_LEVEL=WARNING \
    LOG_LEVEL_LIBRARIES=ERROR TF_INTRA_OP_PARALLELISM_THREADS=1 TF_INTER_OP_PARALLELISM_THREADS=1 OMP_NUM_THREADS=1 \
    PYTHONWARNINGS=ignore MPLCONFIGDIR=/tmp
USER 10001
VOLUME /var/lib/instructrec
EXPOSE 5005
# Up without a model is not ready: the answer must name the model it serves.
HEALTHCHECK --interval=15s --timeout=6s --start-period=120s --retries=4 \
  CMD [".venv-rasa/bin/python", "docker/healthcheck.py", "http://127.0.0.1:5005/status", "model_id"]
CMD [".venv-rasa/bin/python", "-m", "bot.assistant.serve"]
