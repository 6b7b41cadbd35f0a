# One static program on an empty image; it needs no network, no shell and no writable root.
#
#   docker build -t unfurl .
#   mkdir -p out
#   docker run --rm -v "$PWD/out:/out" --user "$(id -u):$(id -g)" unfurl paper -o /out
#
# Without --user the program runs as 65532, which must then be allowed to write to the mounted folder
# (a folder that Docker itself creates for -v belongs to root). Add --read-only to keep the root
# filesystem as it is: outputs, with their temporary names, are written beside each other and nowhere else.

# Any image with Go 1.26 in its PATH does; .ci/container makes one where no registry is reached.
ARG GO_IMAGE=golang:1.26-bookworm

FROM --platform=$BUILDPLATFORM ${GO_IMAGE} AS build
WORKDIR /src

# Where modules come from; empty means Go's own default.
ARG GOPROXY
ARG GOSUMDB
ENV CGO_ENABLED=0

# The modules change seldom, so they have a layer of their own.
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download

COPY . .
ARG TARGETOS
ARG TARGETARCH
ARG VERSION=dev
ARG REVISION=
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    GOOS=${TARGETOS} GOARCH=${TARGETARCH} go build -trimpath -buildvcs=false \
    -ldflags "-s -w -X github.com/unfurl-rnn/unfurl/train/run.Version=${VERSION} -X github.com/unfurl-rnn/unfurl/train/run.Revision=${REVISION}" \
    -o /image/train ./cmd/train \
    && mkdir /image/work /image/out

FROM scratch
ARG VERSION=dev
ARG REVISION=
LABEL org.opencontainers.image.title="Unfurl" \
      org.opencontainers.image.description="Trains recurrent networks as expression graphs and measures how their representations expand and compress" \
      org.opencontainers.image.source="https://github.com/unfurl-rnn/unfurl" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY LICENSE /LICENSE
COPY --from=build /image/train /train
# A fresh volume mounted on one of these takes over its owner.
COPY --from=build --chown=65532:65532 /image/work /work
COPY --from=build --chown=65532:65532 /image/out /out
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/train"]
