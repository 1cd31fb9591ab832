package io.quorate.kv.replicated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.kv.Command;
import io.quorate.kv.Commands;
import io.quorate.kv.DeleteRangeRequest;
import io.quorate.kv.KvError;
import io.quorate.kv.PutRequest;
import io.quorate.kv.PutResponse;
import io.quorate.kv.RangeRequest;
import io.quorate.kv.RangeResponse;
import io.quorate.kv.Result;
import io.quorate.kv.View;
import io.quorate.node.port.BlockSink;
import io.quorate.node.port.KeyHash;
import io.quorate.node.port.StateImage;
import io.quorate.node.port.StateRestore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KvStateMachineTest {
    private final KvStateMachine machine = new KvStateMachine();

    private Result apply(Command command) {
        byte[] bytes = Commands.encode(command);
        ByteBuffer framed = ByteBuffer.allocate(bytes.length + 10);
        framed.position(5).put(bytes).flip().position(5);
        Result result = machine.apply(1, 1, framed.asReadOnlyBuffer());
        // The bytes are the caller's again after the call.
        framed.clear();
        while (framed.hasRemaining()) {
            framed.put((byte) -1);
        }
        return result;
    }

    @Test
    void appliesAndKeepsNothingOfTheCallersBytes() {
        byte[] large = new byte[200_000];
        large[7] = 7;
        assertThat(apply(PutRequest.of(new byte[] {'a'}, new byte[] {1}))).isEqualTo(new PutResponse(2, null));
        assertThat(apply(PutRequest.of(new byte[] {'b'}, large))).isEqualTo(new PutResponse(3, null));
        RangeResponse all = (RangeResponse) machine.store().view().range(RangeRequest.of(new byte[1], new byte[1]));
        assertThat(all.kvs().get(0).value()).containsExactly(1);
        assertThat(all.kvs().get(1).value()).isEqualTo(large);
    }

    @Test
    void bytesThatAreNoCommandAreAnswered() {
        assertThat(machine.apply(1, 1, ByteBuffer.allocate(0))).isEqualTo(KvError.MALFORMED_COMMAND);
        assertThat(machine.apply(2, 1, ByteBuffer.allocate(3))).isEqualTo(KvError.MALFORMED_COMMAND);
        assertThat(machine.store().revision()).isEqualTo(1);
    }

    @Test
    void aLongCommandIsCutAndItsResultIsTheSame() {
        KvStateMachine whole = new KvStateMachine();
        for (int k = 0; k < 5_000; k++) {
            PutRequest put = PutRequest.of(new byte[] {'k', (byte) (k >> 8), (byte) k}, new byte[] {1});
            apply(put);
            whole.store().apply(put);
        }
        DeleteRangeRequest delete = new DeleteRangeRequest(new byte[1], new byte[1], true);
        int slices = 1;
        boolean finished = machine.begin(2, 1, ByteBuffer.wrap(Commands.encode(delete)));
        for (; !finished; slices++) {
            assertThat(machine.store().view().keyCount()).isEqualTo(5_000);
            finished = machine.goOn();
        }
        assertThat(slices).isBetween(5, 6);
        assertThat(machine.result()).isEqualTo(whole.store().apply(delete));
        assertThat(machine.store().view().hash()).isEqualTo(whole.store().view().hash());
    }

    // ---- images

    /** Blocks as a snapshot would hold them. */
    private static final class Blocks implements BlockSink {
        final List<byte[]> payloads = new ArrayList<>();
        final Set<Long> hashes = new HashSet<>();
        final List<byte[]> firstKeys = new ArrayList<>();

        @Override
        public void block(ByteBuffer payload, byte @Nullable [] firstKey, long[] keyHashes, int keys) {
            assertThat(payload.remaining()).isBetween(1, MAX_BYTES);
            byte[] bytes = new byte[payload.remaining()];
            payload.get(bytes);
            payloads.add(bytes);
            assertThat(keys == 0).isEqualTo(firstKey == null);
            if (firstKey != null) {
                firstKeys.add(firstKey.clone());
                assertThat(keyHashes[0]).isEqualTo(KeyHash.of(firstKey));
            }
            for (int i = 0; i < keys; i++) {
                assertThat(hashes.add(keyHashes[i])).isTrue();
            }
        }
    }

    private static byte[] key(int k) {
        return new byte[] {'k', (byte) (k >> 8), (byte) k};
    }

    @Test
    void aMachineIsSavedAndRestored() {
        byte[] large = new byte[3 * BlockSink.MAX_BYTES];
        for (int k = 0; k < 10_000; k++) {
            apply(PutRequest.of(key(k), k == 3_000 ? large : new byte[] {(byte) k, 1, 2}));
        }
        Blocks blocks = new Blocks();
        StateImage image = machine.image();
        while (image.writeNext(blocks)) {
            apply(new DeleteRangeRequest(key(5_000), new byte[0], true));
        }
        image.close();
        assertThat(blocks.hashes).hasSize(10_000);
        assertThat(blocks.firstKeys).hasSizeGreaterThan(3);

        KvStateMachine other = new KvStateMachine();
        Set<Long> touched = new HashSet<>();
        assertThat(other.reportTo(touched::add)).isTrue();
        View before = other.store().view();
        StateRestore restore = other.restore();
        for (byte[] payload : blocks.payloads) {
            ByteBuffer framed = ByteBuffer.allocate(payload.length + 10);
            framed.position(5).put(payload).flip().position(5);
            restore.block(framed.asReadOnlyBuffer());
        }
        assertThat(other.store().view()).isSameAs(before);
        restore.finish();
        assertThat(touched).isEmpty();
        assertThat(other.store().view().keyCount()).isEqualTo(10_000);
        RangeResponse read = (RangeResponse) other.store().view().range(RangeRequest.of(key(3_000), new byte[0]));
        assertThat(read.kvs().get(0).value()).isEqualTo(large);
        other.apply(1, 1, ByteBuffer.wrap(Commands.encode(new DeleteRangeRequest(key(5_000), new byte[0], true))));
        assertThat(other.store().view().hash()).isEqualTo(machine.store().view().hash());
        assertThat(touched).containsExactly(KeyHash.of(key(5_000)));
    }

    @Test
    void bytesThatAreNoImageAreRefused() {
        StateRestore restore = machine.restore();
        assertThatThrownBy(() -> restore.block(ByteBuffer.allocate(3).asReadOnlyBuffer()))
                .isExactlyInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(restore::finish).isExactlyInstanceOf(IllegalArgumentException.class);
        assertThat(machine.store().revision()).isEqualTo(1);
    }
}
