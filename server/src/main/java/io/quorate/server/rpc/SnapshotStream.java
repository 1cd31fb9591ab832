package io.quorate.server.rpc;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.quorate.Backup;
import io.quorate.etcd.etcdserverpb.SnapshotResponse;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Sends one saved snapshot as fast as its client takes it: the next piece is read when the one before has left, so a slow client
 * holds one piece in memory. Its methods come from the call's event loop and from the threads that digest.
 */
final class SnapshotStream {
    private static final int PIECE_BYTES = 256 << 10;

    private final Backup backup;
    private final Headers headers;
    private final String version;
    private final ServerCallStreamObserver<SnapshotResponse> observer;
    private long left;
    private boolean reading;
    private boolean over;
    private @Nullable ByteBuffer unsent;

    SnapshotStream(
            Backup backup, Headers headers, String version, ServerCallStreamObserver<SnapshotResponse> observer) {
        this.backup = backup;
        this.headers = headers;
        this.version = version;
        this.observer = observer;
        left = backup.totalBytes();
    }

    /** The client has room, or there is a piece for it: whatever came last goes on. */
    synchronized void goOn() {
        if (over) {
            return;
        }
        ByteBuffer piece = unsent;
        if (piece != null && observer.isReady()) {
            unsent = null;
            send(piece);
        }
        if (!over && unsent == null && !reading && observer.isReady()) {
            reading = true;
            var unused = backup.next(PIECE_BYTES).whenComplete(this::read);
        }
    }

    private void send(ByteBuffer piece) {
        left -= piece.remaining();
        observer.onNext(SnapshotResponse.newBuilder()
                .setHeader(headers.at(0))
                .setRemainingBytes(left)
                .setVersion(version)
                .setBlob(UnsafeByteOperations.unsafeWrap(piece))
                .build());
        if (left == 0) {
            end();
            observer.onCompleted();
        }
    }

    private synchronized void read(@Nullable ByteBuffer piece, @Nullable Throwable failure) {
        reading = false;
        if (over) {
            return;
        }
        if (failure != null) {
            end();
            observer.onError(failed(failure));
        } else {
            unsent = piece;
            goOn();
        }
    }

    /** A disk that fails, or work that finds no thread, is no defect of ours: the client hears of it. */
    static Throwable failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RejectedExecutionException) {
            return EtcdError.TOO_MANY_REQUESTS.exception();
        }
        Throwable told = Outcomes.failed(cause);
        return Status.fromThrowable(told).getCode() == Status.Code.UNKNOWN
                ? Status.INTERNAL
                        .withDescription("quorate: the snapshot failed: " + cause.getMessage())
                        .withCause(cause)
                        .asRuntimeException()
                : told;
    }

    /** The client has gone. */
    synchronized void end() {
        if (!over) {
            over = true;
            backup.close();
        }
    }
}
