# The worker and the command line in one image with nothing else in it:
#
#   docker build --tag headroom .
#   docker run headroom                                   the worker
#   docker run --entrypoint /headroom headroom --help     the command line

ARG GO_VERSION=1.26.8

FROM golang:${GO_VERSION} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build \
    go build -trimpath -ldflags="-s -w" -o /root-fs/worker ./worker && \
    go build -trimpath -ldflags="-s -w" -o /root-fs/headroom ./starter
# For calls to AWS: the certificates. For calendars in local time: the zones.
RUN mkdir -p /root-fs/etc/ssl/certs && \
    cp /etc/ssl/certs/ca-certificates.crt /root-fs/etc/ssl/certs/ && \
    cp /usr/local/go/lib/time/zoneinfo.zip /root-fs/zoneinfo.zip && \
    mkdir -m 1777 /root-fs/tmp

FROM scratch
COPY --from=build /root-fs/ /
ENV ZONEINFO=/zoneinfo.zip
USER 65532:65532
ENTRYPOINT ["/worker"]
