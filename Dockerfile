# One image with the two programs of the demo, `broker-bridge` and `spawn`, and `eontide-wait` for scripts. No nats-server inside: the broker is a
# container of its own (docker-compose.yml), or a cluster you already have.
#
#   docker build -t eontide:local .
#   docker run --rm -p 127.0.0.1:8080:8080 eontide:local --listen 0.0.0.0:8080 --nats nats://<host>:4222
#
# Both base images are arguments, for mirrors and for air-gapped registries. Built with BuildKit, Docker's default
# (DOCKER_BUILDKIT=1 on Docker 20.10); there is no `# syntax=` line so that nothing but the two images is fetched.
ARG BUILD_IMAGE=rust:1.95-bookworm
# Must have a glibc at least as new as the build image's. Nothing runs in it at build time, so a distroless one will do.
ARG RUNTIME_IMAGE=debian:bookworm-slim

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
# Everything that .dockerignore leaves: the crates, and the page that is embedded in the bridge.
COPY . .
# The caches stay on the build host, so a second build compiles only what changed. They are no part of the layer:
# hence the copy at the end.
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/src/target,sharing=locked \
    cargo build --release --locked -p broker-bridge -p spawn -p eontide-wait \
    && mkdir /out /history \
    && cp target/release/broker-bridge target/release/spawn target/release/eontide-wait /out/

FROM ${RUNTIME_IMAGE}
LABEL org.opencontainers.image.title="Eontide" \
      org.opencontainers.image.description="One live chart of many processes: NATS bridge and demo publishers" \
      org.opencontainers.image.licenses="Apache-2.0"
# For brokers behind TLS whose certificate a public authority signed.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/ /usr/local/bin/
COPY --from=build --chown=10001:10001 /history /var/lib/eontide
ENV EONTIDE_DATA_DIR=/var/lib/eontide
VOLUME /var/lib/eontide

# A number, not a name: Kubernetes' runAsNonRoot can check it, and the base image need not know it.
USER 10001:10001
EXPOSE 8080
# The program probes itself: the image has no curl, and needs none.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["/usr/local/bin/broker-bridge", "--probe", "http://127.0.0.1:8080/readyz"]
ENTRYPOINT ["/usr/local/bin/broker-bridge"]
# In a container loopback would be nobody's: it listens on all addresses, and one publishes on the host's loopback.
CMD ["--listen", "0.0.0.0:8080"]
