package io.quorate.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.quorate.Backup;
import io.quorate.etcd.etcdserverpb.SnapshotResponse;
import io.quorate.node.RaftException;
import io.quorate.node.SavedState;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the client hears of a snapshot that breaks when a part of it was sent already. */
final class SnapshotStreamTest {
    private static final int PIECE = 100;

    private final Saved saved = new Saved();
    private final Client client = new Client();

    @Test
    void aDiskThatFailsUnderwayIsToldInItsOwnWords() {
        saved.pieces.add(CompletableFuture.completedFuture(ByteBuffer.allocate(PIECE)));
        saved.pieces.add(CompletableFuture.failedFuture(
                new RaftException(RaftException.Code.DISK_FAILED, "snapshot-7 cannot be read at offset 100")));
        stream(Runnable::run);
        assertThat(client.pieces).isEqualTo(1);
        assertEnded(Status.Code.INTERNAL, "quorate: the snapshot failed: snapshot-7 cannot be read at offset 100");
    }

    @Test
    void whereEveryThreadIsBusyTheClientIsAskedToComeBack() {
        saved.pieces.add(CompletableFuture.completedFuture(ByteBuffer.allocate(PIECE)));
        stream(full -> {
            throw new RejectedExecutionException("full");
        });
        assertEnded(EtcdError.TOO_MANY_REQUESTS.code(), EtcdError.TOO_MANY_REQUESTS.text());
    }

    private void stream(Executor digesting) {
        new SnapshotStream(new Backup(saved, digesting), new Headers(1, 1, new ScriptedNode()), "3.6.0", client).goOn();
    }

    private void assertEnded(Status.Code code, String text) {
        Throwable heard = client.heard;
        assertThat(heard).isNotNull();
        Status status = Status.fromThrowable(heard);
        assertThat(status.getCode()).isEqualTo(code);
        assertThat(status.getDescription()).isEqualTo(text);
        assertThat(saved.isClosed).isTrue();
    }

    private static final class Saved implements SavedState {
        private final Queue<CompletableFuture<ByteBuffer>> pieces = new ArrayDeque<>();
        private boolean isClosed;

        @Override
        public long index() {
            return 7;
        }

        @Override
        public long term() {
            return 1;
        }

        @Override
        public long bytes() {
            return 10 * PIECE;
        }

        @Override
        public CompletableFuture<ByteBuffer> read(long offset, int maxBytes) {
            return pieces.remove();
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    /** Takes everything at once. */
    private static final class Client extends ServerCallStreamObserver<SnapshotResponse> {
        private int pieces;
        private @Nullable Throwable heard;

        @Override
        public void onNext(SnapshotResponse piece) {
            pieces++;
        }

        @Override
        public void onError(Throwable failure) {
            heard = failure;
        }

        @Override
        public void onCompleted() {
            throw new AssertionError("completed");
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}
    }
}
