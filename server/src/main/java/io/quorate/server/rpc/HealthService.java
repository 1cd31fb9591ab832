package io.quorate.server.rpc;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.quorate.etcd.health.HealthCheckRequest;
import io.quorate.etcd.health.HealthCheckResponse;
import io.quorate.etcd.health.HealthCheckResponse.ServingStatus;
import io.quorate.etcd.health.HealthGrpc;

/** gRPC's health check, for the whole server only: SERVING as long as the port is open, as etcd answers by default. */
public final class HealthService extends HealthGrpc.HealthImplBase {
    private static final HealthCheckResponse SERVING =
            HealthCheckResponse.newBuilder().setStatus(ServingStatus.SERVING).build();

    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
        if (request.getService().isEmpty()) {
            observer.onNext(SERVING);
            observer.onCompleted();
        } else {
            observer.onError(Status.NOT_FOUND.withDescription("unknown service").asRuntimeException());
        }
    }

    /** Says SERVING once; the stream stays open until the client ends it or the server stops. */
    @Override
    public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
        observer.onNext(
                request.getService().isEmpty()
                        ? SERVING
                        : SERVING.toBuilder()
                                .setStatus(ServingStatus.SERVICE_UNKNOWN)
                                .build());
    }
}
